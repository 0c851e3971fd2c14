//! Orders the jobs of a checked list, all in one run.

use std::collections::BTreeMap;

use super::Checked;
use crate::cli::arguments::Batch;
use crate::cli::exit::Exit;
use crate::cli::follow::{Follow, Until};
use crate::cli::generate::{Held, follow_jobs};
use crate::cli::output::Output;
use crate::cli::running::{Running, say_patience};
use crate::cli::stop::Stop;
use crate::domain::list::PlannedJob;
use crate::domain::random::Random;
use crate::domain::request::StoredPicture;
use crate::domain::{Asker, PictureWay, path_text};
use crate::engine::command::{Command, NewJob};
use crate::session::{Home, Link, Sends, entropy, wall_clock};

/// Orders the list and follows its jobs to their end. A missing key is found before anything is stored.
pub(super) async fn order(home: &Home, output: &Output, arguments: &Batch, checked: Checked) -> Result<Exit, Stop> {
    let mut links = Vec::new();
    for gateway in checked.totals.keys() {
        links.push(home.link(*gateway, say_patience).await?);
    }
    let mut session = Running::start(home, Sends::OwnOnly).await?;
    let result = enqueue_and_follow(home, output, arguments, &checked, links, &mut session).await;
    session.conclude(home, output, result).await
}

async fn enqueue_and_follow(
    home: &Home,
    output: &Output,
    arguments: &Batch,
    checked: &Checked,
    links: Vec<Link>,
    session: &mut Running,
) -> Result<(Follow, Exit), Stop> {
    let pictures = import_pictures(home, output, checked).await?;
    let picture_way = arguments.picture_way.unwrap_or(home.settings.pictures.way);
    let new_jobs = new_jobs(&checked.plan.jobs, &pictures, picture_way)?;
    let until = if arguments.no_wait { Until::Accepted } else { Until::Ended };
    let mut follow = Follow::new(new_jobs.iter().map(|new_job| new_job.id), until);
    if picture_way == PictureWay::Bucket && !pictures.is_empty() {
        session.connect_bucket(home).await?;
    }
    for link in links {
        session.connect(link).await?;
    }
    session.send(Command::Enqueue(new_jobs))?;
    let exit = follow_jobs(output, session, &mut follow, Held::TakeOut).await;
    Ok((follow, exit))
}

/// Brings every picture that the list names into the library, once.
async fn import_pictures(
    home: &Home,
    output: &Output,
    checked: &Checked,
) -> Result<BTreeMap<String, StoredPicture>, Stop> {
    let mut pictures = BTreeMap::new();
    for file in checked.plan.files() {
        let path = checked.folder.join(path_text::from_text(file));
        let prepared = home.import_picture(&path).await.map_err(|err| {
            let what = format!("{}: {}", path_text::shown(&path), err.to_string().trim_end_matches('.'));
            Stop::new(
                Exit::BadRequest,
                format!("{what}. Not charged: nothing was sent. Change the list and try again."),
            )
        })?;
        for remark in prepared.remarks {
            output.note(&remark);
        }
        pictures.insert(file.to_owned(), prepared.picture);
    }
    Ok(pictures)
}

fn new_jobs(
    jobs: &[PlannedJob],
    pictures: &BTreeMap<String, StoredPicture>,
    picture_way: PictureWay,
) -> Result<Vec<NewJob>, Stop> {
    let mut random = Random(entropy());
    let ids = random.job_ids(wall_clock(), u16::try_from(jobs.len()).unwrap_or(u16::MAX));
    let new_job = |(job, id): (&PlannedJob, _)| {
        let request = job.request(|file| pictures.get(file).cloned(), || random.draw_u32()).map_err(|what| {
            let message = format!("Line {}: {}. Not charged: nothing was sent.", job.line, what.0);
            Stop::new(Exit::BadRequest, message)
        })?;
        Ok(NewJob {
            id,
            gateway: job.draft.gateway,
            request,
            estimate: job.estimate.clone(),
            project: None,
            parent: None,
            picture_way,
            asked_by: Asker::CommandLine,
            is_over_cap: false,
        })
    };
    jobs.iter().zip(ids).map(new_job).collect()
}
