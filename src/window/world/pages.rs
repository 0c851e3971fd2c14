//! Asks the library for the part of the gallery that is near the view.

use super::World;
use crate::app::action::Input;
use crate::app::action::paging::{PageNews, PageWork};

impl World {
    pub(super) fn page(&self, work: PageWork) {
        let (session, reports) = (self.session.clone(), self.reports.clone());
        self.spawn(async move {
            let news = match work {
                PageWork::Span(ask) => {
                    let number = ask.number;
                    match session.span(*ask).await {
                        Ok(span) => PageNews::Span(Box::new(span)),
                        Err(err) => PageNews::Failed(number, format!("{err}. It is asked again when you scroll on.")),
                    }
                }
                PageWork::Shown { number, look, ends, limit } => match session.shown(*look, ends, limit).await {
                    Ok(jobs) => PageNews::Shown { number, jobs },
                    Err(err) => PageNews::Failed(number, format!("{err}. Choose again.")),
                },
            };
            reports.put(Input::Page(news));
        });
    }
}
