//! The judge of what the hub sends: Prism, with Meta's own description of its API. The description is not part
//! of the project.

use std::env;
use std::path::PathBuf;

use crate::step::{Outcome, root};
use crate::ui;

/// Names the description, where it lies somewhere else.
pub(crate) const NAMED: &str = "DESKBELL_META_OPENAPI";
/// Where it lies, seen from the repository.
const BESIDE: &str = "../shared/data/openapi/meta/business-messaging-api_v23.0.yaml";

/// The description and, installed beside the tests, the judge that goes by it. Where there is no description
/// this says so, and so does the test.
pub(crate) fn ready() -> Outcome<Option<PathBuf>> {
    let description = env::var_os(NAMED).map_or_else(|| root().join(BESIDE), PathBuf::from);
    if !description.is_file() {
        println!("── Not run: the judgement of what the hub sends. {} is not there.", description.display());
        return Ok(None);
    }
    ui::install_in(&root().join("tests/judges"), "Installing the judge of what the hub sends")?;
    Ok(Some(description))
}
