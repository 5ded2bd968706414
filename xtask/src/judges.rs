//! The judges that nobody of us wrote: emulators, the libraries of providers, and Prism with the providers' own
//! descriptions of their APIs. The descriptions are not part of the project.

use std::env;
use std::path::PathBuf;

use crate::step::{Outcome, root};
use crate::ui;

/// A description of an API.
struct Description {
    /// The variable that names it, where it lies somewhere else.
    variable: &'static str,
    /// Where it lies, seen from the repository.
    beside: &'static str,
    /// What is judged by it.
    judged: &'static str,
}

const DESCRIPTIONS: [Description; 2] = [
    Description {
        variable: "DESKBELL_META_OPENAPI",
        beside: "../shared/data/openapi/meta/business-messaging-api_v23.0.yaml",
        judged: "what the hub sends to WhatsApp",
    },
    Description {
        variable: "DESKBELL_TWILIO_OPENAPI",
        beside: "../shared/data/openapi/twilio/twilio_api_v2010.json",
        judged: "what the hub sends to Twilio",
    },
];

/// Installs the judges beside the tests. Returns the variables that name the descriptions. Where one is missing this
/// says so, and so does the test.
pub(crate) fn ready() -> Outcome<Vec<(&'static str, PathBuf)>> {
    ui::install_in(&root().join("tests/judges"), "Installing the judges of what the hub sends and takes")?;
    let mut found = Vec::new();
    for Description { variable, beside, judged } in DESCRIPTIONS {
        let path = env::var_os(variable).map_or_else(|| root().join(beside), PathBuf::from);
        if path.is_file() {
            found.push((variable, path));
        } else {
            println!("── Not run: the judgement of {judged}. {} is not there.", path.display());
        }
    }
    Ok(found)
}
