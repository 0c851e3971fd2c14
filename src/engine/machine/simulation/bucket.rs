//! The model of the user's bucket: what lies in it, and whether nothing is left there that nobody was told of.

use super::*;
use crate::domain::hosting::{HostedAt, HostedState, stored_pictures};
use crate::domain::unneeded::unneeded_from;
use crate::domain::{BucketKeys, BucketPlace, Hosted};
use crate::engine::machine::{Host, HostFailure};
use crate::gateway::BucketConnection;

/// The objects in the buckets of the user, and how the program may get at them.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// By the whole address: the bucket's name and the key.
    objects: BTreeMap<(String, String), JobId>,
    /// The bucket in use, if one is; there are two.
    pub(super) in_use: Option<u8>,
    /// Jobs for which the user was told that a picture could not be deleted.
    told: HashSet<JobId>,
    /// Number of uploads that were asked for.
    pub(super) uploads: u32,
    /// Number of deletions that were done.
    pub(super) deletions: u32,
}

fn place(number: u8) -> BucketPlace {
    BucketPlace::new("https://s3.example.org", "auto", &format!("pictures-{number}"), "rushes/", true).expect("a place")
}

fn address(hosted: &Hosted) -> (String, String) {
    match &hosted.at {
        HostedAt::Bucket { place, key } => (place.bucket.clone(), key.clone()),
        HostedAt::Platform { .. } => unreachable!("only buckets are played"),
    }
}

impl World {
    /// The program is told which bucket is used: mostly one, at times none.
    pub(super) fn connect_bucket(&mut self) {
        let none = self.happens(15);
        self.bucket.in_use = (!none).then_some(u8::from(self.happens(20)));
        let keys = BucketKeys::new("canary", "canary").expect("keys");
        let connection = self.bucket.in_use.map(|number| BucketConnection { place: place(number), keys });
        self.step(Input::Command(Command::UseBucket(connection)));
    }

    pub(super) fn send_pictures(&mut self, job: &Job, host: Host) {
        let seed = self.seed;
        assert_eq!(host, Host::Bucket);
        assert!(self.ends_at.is_none(), "seed {seed}: a picture was sent while closing");
        assert_eq!(self.disk.get(&job.id), Some(job), "seed {seed}: a picture was sent before it was noted where");
        let here = place(self.bucket.in_use.expect("a bucket is in use"));
        let lies_here = |hosted: &&Hosted| {
            let is_here = matches!(&hosted.at, HostedAt::Bucket { place, .. } if *place == here);
            is_here && hosted.state != HostedState::Unneeded
        };
        let wanted: Vec<Hosted> = job.hosted.iter().filter(lies_here).cloned().collect();
        assert_eq!(wanted.len(), stored_pictures(job.gateway, &job.request).count(), "seed {seed}: {job:?}");
        self.bucket.uploads += 1;
        let is_all_sent = !self.happens(25);
        // A broken upload may have arrived all the same.
        if is_all_sent || self.below(2) == 0 {
            for hosted in &wanted {
                self.bucket.objects.insert(address(hosted), job.id);
            }
        }
        if self.crashes < 5 && self.happens(5) {
            self.is_dying = true;
            return;
        }
        let input = if is_all_sent {
            let there = wanted.into_iter().map(|hosted| Hosted { state: HostedState::There, ..hosted }).collect();
            Input::PicturesSent(job.id, host, there)
        } else {
            let failure = match self.below(8) {
                0 => HostFailure::Lasting("The secret is wrong.".to_owned()),
                1 => HostFailure::Refused("The bucket takes no object as large as this picture.".to_owned()),
                _ => HostFailure::Passing("The connection broke.".to_owned()),
            };
            Input::PicturesNotSent(job.id, host, failure)
        };
        let delay = self.delay();
        self.after(delay, Input::Progress { job: job.id, bytes: 7, total: Some(9) });
        self.after(delay, input);
    }

    pub(super) fn unhost(&mut self, job: &Job, unneeded: Vec<Hosted>) {
        let seed = self.seed;
        let is_over = !matches!(job.state, JobState::Queued | JobState::Submitting);
        let is_replaced = unneeded.iter().all(|hosted| hosted.state == HostedState::Unneeded);
        assert!(is_over || is_replaced, "seed {seed}: a picture is deleted that is still needed: {job:?}");
        let mut results = Vec::new();
        for hosted in unneeded {
            let kind = if self.is_stormy() { self.below(20) } else { 19 };
            // A deletion may be done although its answer was lost.
            if kind > 4 || kind == 0 {
                self.bucket.objects.remove(&address(&hosted));
                self.bucket.deletions += 1;
            }
            let result = match kind {
                0..4 => Err(HostFailure::Passing("The connection broke.".to_owned())),
                4 => Err(HostFailure::Lasting("These keys may not delete.".to_owned())),
                _ => Ok(()),
            };
            results.push((hosted, result));
        }
        if self.crashes < 5 && self.happens(5) {
            self.is_dying = true;
            return;
        }
        self.later(Input::Unhosted(job.id, results));
    }

    /// No order goes out whose picture the gateway could not read.
    pub(super) fn check_pictures_of(&self, job: &Job) {
        if job.picture_way != PictureWay::Bucket || job.gateway == GatewayId::Practice {
            return;
        }
        for (slot, _) in stored_pictures(job.gateway, &job.request) {
            let is_there =
                job.hosted.iter().filter(|hosted| hosted.slot == slot).any(|hosted| {
                    hosted.state == HostedState::There && self.bucket.objects.contains_key(&address(hosted))
                });
            assert!(is_there, "seed {}: an order went out without its picture: {job:?}", self.seed);
        }
    }

    pub(super) fn note_told(&mut self, job: JobId, note: &str) {
        if note.contains("could not be deleted") {
            self.bucket.told.insert(job);
        }
    }

    /// Somebody tidies up in the bucket while the program does not run.
    pub(super) fn lose_an_object(&mut self) {
        if self.happens(15)
            && let Some(lost) = self.bucket.objects.keys().next().cloned()
        {
            self.bucket.objects.remove(&lost);
        }
    }

    /// Nothing lies in the bucket but what a gateway may still fetch and, unless `is_after_restart`, what the user was told
    /// of.
    pub(super) fn check_bucket(&mut self, is_after_restart: bool) {
        let (seed, now) = (self.seed, self.now().wall);
        for (address, id) in &self.bucket.objects {
            let job = self.disk.get(id).expect("jobs are never forgotten");
            let is_noted = job.hosted.iter().any(|hosted| self::address(hosted) == *address);
            assert!(is_noted, "seed {seed}: {address:?} is left and the library does not know of it: {job:?}");
            let may_be_fetched = unneeded_from(job.state, job.sent_at, job.ended_at).is_none_or(|at| at > now);
            let is_told = !is_after_restart && self.bucket.told.contains(id);
            assert!(may_be_fetched || is_told, "seed {seed}: {address:?} is left: {job:?}");
        }
    }
}
