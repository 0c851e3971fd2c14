//! What the routes of PixVerse's Platform do (docs/gateways.md, section 3): uploads, orders, looks at jobs, balance and bills.

mod bills;
mod order;

use std::{io::Cursor, sync::Arc};

use serde_json::json;
use tokio::time::Instant;

pub(super) use self::order::OrderKind;
use super::{
    faults::FaultKind,
    http::{Answer, Body, Head},
    jobs::{Fate, MadeJob, Protocol, Stage},
    locked::locked,
    multipart,
    server::{Server, now_unix_millis},
    shapes::platform::{self as shape, Denial, NOT_ALLOWED},
    uploads::Uploaded,
};
use crate::domain::Credits;

/// Media types that a part with a picture may have.
const MEDIA_TYPES: [&str; 4] = ["image/jpeg", "image/jpg", "image/png", "image/webp"];

/// Size of an uploaded file, in bytes.
const PICTURE_BYTES: usize = 20 * 1024 * 1024;

/// Longest side of an uploaded picture, in pixels.
const PICTURE_SIDE: u32 = 4000;

/// What the wallet is said to hold when there is no end of it.
const ENDLESS: i64 = 1_000_000;

/// Decodes a picture; gives its size, or the code that refuses it.
fn look_at(media_type: Option<&str>, bytes: &[u8]) -> Result<(u32, u32), u32> {
    if !media_type.is_some_and(|media_type| MEDIA_TYPES.contains(&media_type)) {
        return Err(500_032);
    }
    if bytes.len() > PICTURE_BYTES {
        return Err(500_030);
    }
    let reader = || image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_damage| 500_031_u32);
    let (width, height) = reader()?.into_dimensions().map_err(|_damage| 500_031_u32)?;
    if width > PICTURE_SIDE || height > PICTURE_SIDE {
        return Err(500_030);
    }
    reader()?.decode().map_err(|_damage| 500_031_u32)?;
    Ok((width, height))
}

impl Server {
    /// The name of a request, which none may lack.
    pub fn trace_of(head: &Head) -> Result<String, Denial> {
        let name = head.header("ai-trace-id").map(str::trim).filter(|name| !name.is_empty());
        name.map(str::to_owned).ok_or_else(|| Denial::of(400_011, "Ai-trace-id"))
    }

    /// The answer that says no: under HTTP 200, which alone means nothing.
    pub fn deny(denial: impl Into<Denial>) -> Answer {
        let Denial { code, message } = denial.into();
        Answer::json(200, &shape::answer(code, &message, &serde_json::Value::Null))
    }

    /// A number that no double-precision number holds: above 2^53 and odd.
    pub fn draw_number(&self, purpose: &str) -> u64 {
        u64::from_str_radix(&self.draw(purpose)[..16], 16).unwrap_or(0) | 1 << 53 | 1
    }

    /// `POST /image/upload`.
    pub async fn upload(&self, head: &Head, body: Vec<u8>, trace: String, fault: Option<&FaultKind>) -> Answer {
        if matches!(fault, Some(FaultKind::Moderation { .. })) {
            return Self::deny(500_052);
        }
        let content_type = head.header("content-type").unwrap_or_default().to_owned();
        let number = self.draw_number("picture");
        let reading = tokio::task::spawn_blocking(move || -> Result<Uploaded, Denial> {
            let parts = multipart::parts(&content_type, &body).ok_or_else(|| Denial::of(400_013, "no form"))?;
            if let Some(part) = parts.iter().find(|part| part.name == "image" && part.is_file) {
                let size = Some(look_at(part.media_type.as_deref(), &part.bytes)?);
                let media_type = part.media_type.clone().unwrap_or_default();
                return Ok(Uploaded { number, media_type, bytes: part.bytes.clone(), size, trace });
            }
            let field = parts.iter().find(|part| part.name == "image_url" && !part.is_file);
            let Some(field) = field else { return Err(Denial::of(400_011, "image")) };
            let address = std::str::from_utf8(&field.bytes).unwrap_or_default();
            if !address.starts_with("https://") && !address.starts_with("http://") {
                return Err(500_042.into());
            }
            Ok(Uploaded { number, media_type: String::new(), bytes: Vec::new(), size: None, trace })
        });
        match reading.await {
            Ok(Ok(picture)) => {
                let picture = locked(&self.uploads).take_in(picture);
                let ending = picture.media_type.strip_prefix("image/").filter(|word| *word != "jpeg").unwrap_or("jpg");
                let address = format!("http://{}/upload/{}.{ending}", self.media, picture.number);
                Answer::json(200, &shape::success(&json!({"img_id": picture.number, "img_url": address})))
            }
            Ok(Err(denial)) => Self::deny(denial),
            Err(_) => Self::deny(500_031),
        }
    }

    /// `GET /upload/{number}.png` at the media host: the picture as it came.
    pub fn uploaded(&self, name: &str) -> Answer {
        let number = name.split('.').next().and_then(|number| number.parse().ok());
        let picture = number.and_then(|number| locked(&self.uploads).get(number));
        match picture.filter(|picture| !picture.bytes.is_empty()) {
            Some(picture) => Answer::new(200, &picture.media_type, Body::Owned(picture.bytes.clone())),
            None => Answer::empty(404),
        }
    }

    /// `POST /video/…/generate`.
    pub async fn order(
        self: &Arc<Self>,
        kind: OrderKind,
        body: &[u8],
        trace: String,
        number: u64,
        fault: Option<&FaultKind>,
    ) -> Answer {
        let earlier = locked(&self.jobs).of_trace(&trace).cloned();
        if let Some(job) = earlier {
            self.log.job(number, &job.id);
            return Answer::json(200, &shape::submitted(&job));
        }
        let mut clip = match order::read(kind, body, |number| locked(&self.uploads).get(number)) {
            Ok(clip) => clip,
            Err(denial) => return Self::deny(denial),
        };
        let fate = Fate::of(fault);
        if self.config.platform.odd_moderation
            && let Some(Fate::Fails { code, message }) = &fate
            && code == NOT_ALLOWED
        {
            return Answer::json(500, &shape::odd(&Denial { code: 500_063, message: message.clone() }));
        }
        clip.price = fault.map_or(clip.price, |fault| fault.price(clip.price));
        let id = self.new_id(Protocol::Pixverse);
        if !clip.has_seed {
            clip.film.seed = self.seed_of(&id);
        }
        let job = MadeJob {
            trace: Some(trace.clone()),
            fate,
            ..MadeJob::accepted(id, Protocol::Pixverse, Arc::new(clip.film), clip.price, now_unix_millis())
        };
        let taken = {
            // All in one go, so that two orders of one name are one, and the places are counted right.
            let mut jobs = locked(&self.jobs);
            let busy = jobs.busy(Protocol::Pixverse, self.config.timing.pace, Instant::now());
            if let Some(earlier) = jobs.of_trace(&trace) {
                Err(Answer::json(200, &shape::submitted(earlier)))
            } else if self.config.platform.at_once.is_some_and(|places| busy >= places) {
                Err(Self::deny(500_044))
            } else {
                jobs.take_in(job.clone()).ok_or_else(|| Self::deny(500_090))
            }
        };
        let gone = match taken {
            Ok(gone) => gone,
            Err(answer) => return answer,
        };
        if let Err(error) = self.keep(&job, gone).await {
            tracing::warn!(%error, "a practice job cannot be written and is refused");
            locked(&self.jobs).take_back(&job.id);
            return Self::deny(Denial::of(
                400_017,
                "the practice gateway cannot write to its folder, so it took no job",
            ));
        }
        self.log.job(number, &job.id);
        self.render(&job.id);
        Answer::json(200, &shape::submitted(&job))
    }

    /// `GET /video/result/{id}`.
    pub async fn result(self: &Arc<Self>, id: &str, fault: Option<&FaultKind>) -> Answer {
        let is_known = locked(&self.jobs).get(id).is_some_and(|job| job.protocol == Protocol::Pixverse);
        if !is_known || fault == Some(&FaultKind::JobMissing) {
            return Self::deny(500_008);
        }
        if fault == Some(&FaultKind::NotModified) {
            return Answer::empty(304);
        }
        if let Some(Fate::Fails { code, message }) = Fate::of(fault) {
            self.move_to(id, Stage::Failed { code, message }, Instant::now()).await;
        }
        let Some(job) = self.settle(id, false).await else { return Self::deny(500_008) };
        if let Some(job) = locked(&self.jobs).get_mut(id) {
            job.polls = job.polls.saturating_add(1);
            job.last_poll = Some(Instant::now());
        }
        if let Stage::Failed { code, message } = &job.stage
            && self.config.platform.odd_moderation
            && code == NOT_ALLOWED
        {
            return Answer::json(500, &shape::odd(&Denial { code: 500_054, message: message.clone() }));
        }
        let mut view = self.view(&job, "", fault);
        // Deleted, as everything is some day.
        if view.stage == Stage::Completed && !self.is_kept(&job) {
            (view.stage, view.url) = (Stage::Cancelled, None);
        }
        let mut size = 0;
        if view.stage == Stage::Completed {
            size =
                self.films.made(&job.film).await.get().and_then(|film| film.as_ref().ok()).map_or(0, |f| f.bytes.len());
        }
        let mut body = shape::result(&view, self.config.shapes.platform);
        body["Resp"]["size"] = json!(size);
        Answer::json(200, &body)
    }

    /// `GET /account/balance`. Two purses, so that whoever looks into one only is wrong.
    pub fn purses(&self) -> Answer {
        let credits = locked(&self.jobs).wallet().credits.map_or(ENDLESS, |Credits(credits)| credits);
        let bought = credits / 3;
        let content = json!({"account_id": 0, "credit_monthly": credits - bought, "credit_package": bought});
        Answer::json(200, &shape::success(&content))
    }

    /// `POST /account/billing/usage-detail`.
    pub fn bills(&self, body: &[u8]) -> Answer {
        let rules = self.config.platform;
        let jobs = if rules.bills_are_late { Vec::new() } else { locked(&self.jobs).all() };
        match bills::page(&jobs, body, rules.nameless_bills) {
            Ok(content) => Answer::json(200, &shape::success(&content)),
            Err(denial) => Self::deny(denial),
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};

    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut file, format).expect("a small picture");
        file.into_inner()
    }

    #[test]
    fn pictures_are_refused_for_kind_size_and_damage() {
        let png = picture(8, 6, ImageFormat::Png);
        assert_eq!(look_at(Some("image/png"), &png), Ok((8, 6)));
        assert_eq!(look_at(Some("image/webp"), &picture(6, 8, ImageFormat::WebP)), Ok((6, 8)));
        for (media_type, bytes, code) in [
            (Some("application/octet-stream"), png.clone(), 500_032),
            (Some("image/gif"), png.clone(), 500_032),
            (None, png.clone(), 500_032),
            (Some("image/png"), vec![0; PICTURE_BYTES + 1], 500_030),
            (Some("image/png"), picture(PICTURE_SIDE + 1, 1, ImageFormat::Png), 500_030),
            (Some("image/png"), png[..png.len() / 2].to_vec(), 500_031),
            (Some("image/png"), b"not a picture".to_vec(), 500_031),
            (Some("image/png"), Vec::new(), 500_031),
        ] {
            assert_eq!(look_at(media_type, &bytes), Err(code), "{media_type:?} {}", bytes.len());
        }
        assert!(look_at(Some("image/jpg"), &picture(PICTURE_SIDE, 1, ImageFormat::Jpeg)).is_ok());
    }
}
