//! Damage of every kind at every place.

use super::*;
use crate::support::runs::runs;

/// A small generator of our own, so that every run damages the same places.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("below a usize")
    }

    /// Damages bytes in one of four ways.
    fn damage(&mut self, kind: usize, bytes: &mut Vec<u8>) {
        match kind {
            // The first 100 bytes are the header, which deserves more than its share.
            0 => {
                let place = self.below(bytes.len().min(100));
                bytes[place] ^= 1 << self.below(8);
            }
            1 => (0..=self.below(20)).for_each(|_| {
                let place = self.below(bytes.len());
                bytes[place] ^= 1 << self.below(8);
            }),
            2 => bytes.truncate(self.below(bytes.len())),
            _ => {
                let page = self.below(bytes.len() / 4096) * 4096;
                let end = bytes.len().min(page + 4096);
                bytes[page..end].fill(0);
            }
        }
    }
}

/// The files of a library as they lie on the disk while it is in use: the last changes are in the write-ahead log only.
async fn files_in_use(jobs: &[Job]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = paths(folder.path());
    filled(&paths, &(0..jobs.len() as u128).map(job).collect::<Vec<_>>()).await;
    let (library, _) = open_quietly(&paths);
    library.put_all(jobs.to_vec()).await.expect("stored");
    let mut files = BTreeMap::new();
    for name in ["library.db", "library.db-wal", "library.db-shm", "intents.jsonl"] {
        files.insert(name.to_owned(), fs::read(paths.data.join(name)).expect("there while it is open"));
    }
    library.close().await;
    files
}

/// The library always opens, an unusable file is kept byte by byte, no finished clip and no paid job is forgotten, and none
/// is put back in the queue. Struck are the database, and its write-ahead log and index while it is in use.
#[tokio::test]
async fn random_damage_loses_no_paid_job() {
    let jobs: Vec<Job> = (0..60)
        .map(|number| {
            in_state(number, [JobState::Submitting, JobState::Generating, JobState::Ready][number as usize % 3])
        })
        .collect();
    let in_use = files_in_use(&jobs).await;
    let template = tempfile::tempdir().expect("a folder");
    let closed = paths(template.path());
    filled(&closed, &(0..60).map(job).collect::<Vec<_>>()).await;
    filled(&closed, &jobs).await;
    let at_rest: BTreeMap<String, Vec<u8>> = [("library.db", closed.database()), ("intents.jsonl", closed.intents())]
        .map(|(name, path)| (name.to_owned(), fs::read(path).expect("readable")))
        .into();

    let rounds = runs(320);
    let mut draw = Draw(0x2545_f491_4f6c_dd1d);
    let mut set_aside = 0;
    for round in 0..rounds {
        // One half at rest, one half in use; there each of the three files is struck, or the log or the index is lost.
        let (mut files, struck) = match round % 8 {
            0..=3 => (at_rest.clone(), "library.db"),
            4 => (in_use.clone(), "library.db"),
            5 | 7 => (in_use.clone(), "library.db-wal"),
            _ => (in_use.clone(), "library.db-shm"),
        };
        if round % 8 >= 6 {
            files.remove(struck);
        } else {
            let kind = if round % 8 < 4 { round % 4 } else { draw.below(4) };
            draw.damage(kind, files.get_mut(struck).expect("there"));
        }
        let dir = tempfile::tempdir().expect("a folder");
        let paths = paths(dir.path());
        fs::create_dir_all(&paths.data).expect("made");
        for (name, bytes) in &files {
            fs::write(paths.data.join(name), bytes).expect("writable");
        }

        let opened = Library::open(&paths).unwrap_or_else(|err| panic!("round {round}: {err}"));
        let Whole { library, jobs: found, warnings } = Whole::of(opened, &paths);
        assert_eq!(found, jobs, "round {round}, {struck}: {warnings:?}");
        let kept = damaged_files(&paths);
        let is_kept = kept.is_empty() || kept.values().any(|kept| *kept == files["library.db"]);
        assert!(is_kept, "round {round}, {struck}: {:?}", kept.keys());
        set_aside += usize::from(!kept.is_empty());
        library.put(job(1000)).await.unwrap_or_else(|err| panic!("round {round}: {err}"));
        library.close().await;
    }
    assert!(set_aside > rounds / 20, "the damage is hard enough: {set_aside} databases were set aside in {rounds}");
    println!(
        "bar R-44: 0 lost jobs or clips, 0 deleted databases ({set_aside} set aside) in {rounds} damaged libraries"
    );
}
