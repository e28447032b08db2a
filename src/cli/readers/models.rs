//! `formular readers models`: what the profiles describe, as a table.

use super::super::{Outcome, print};
use crate::profile::{Catalogue, models_table};
use std::process::ExitCode;

pub(super) fn models(table: &Catalogue) -> Outcome {
    print(models_table(table.profiles()).trim_end())?;
    Ok(ExitCode::SUCCESS)
}
