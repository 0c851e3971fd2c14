//! "4 more like this": the same recipe, with the next seeds of its series.

use crate::app::action::Effect;
use crate::app::state::AppState;
use crate::domain::JobId;

pub(super) fn act(_state: &mut AppState, _job: JobId, _to: &mut Vec<Effect>) {}
