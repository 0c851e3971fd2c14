//! Finds the job that a command names.

use super::exit::Exit;
use super::stop::Stop;
use crate::domain::Job;

/// Finds a job by its id, or by the last eight digits of it.
pub(super) fn find<'a>(jobs: &'a [Job], wanted: &str) -> Result<&'a Job, Stop> {
    let wanted = wanted.to_lowercase();
    let mut found = jobs.iter().filter(|job| job.id.to_string() == wanted || job.id.short() == wanted);
    match (found.next(), found.next()) {
        (Some(job), None) => Ok(job),
        (Some(_), Some(_)) => {
            Err(Stop::new(Exit::BadRequest, format!("More than one job ends with {wanted}. Give the whole id.")))
        }
        (None, _) => {
            Err(Stop::new(Exit::BadRequest, format!("No job {wanted} is in this library. `rushes jobs` lists them.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use uuid::Uuid;

    use super::*;
    use crate::domain::JobId;

    #[test]
    fn a_job_is_found_by_either_id() {
        let jobs = [job()];
        for wanted in ["0badcafe", "0BADCAFE", "01900000-0000-7000-8000-00000badcafe"] {
            assert_eq!(find(&jobs, wanted).map(|job| job.id), Ok(jobs[0].id), "{wanted}");
        }
        for wanted in ["", "badcafe", "ffffffff"] {
            assert_eq!(find(&jobs, wanted).map_err(|stop| stop.exit).err(), Some(Exit::BadRequest), "{wanted}");
        }
    }

    #[test]
    fn a_short_id_that_fits_two_jobs_decides_nothing() {
        let other = Job { id: JobId(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0bad_cafe)), ..job() };
        let stop = find(&[job(), other], "0badcafe").expect_err("two jobs fit");
        assert!(stop.message.contains("More than one"), "{}", stop.message);
    }
}
