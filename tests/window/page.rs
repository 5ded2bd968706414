//! What is asked of the page by a script that runs in it: the same scripts as in the stories in a browser.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::driver::Window;

impl Window {
    /// Runs the function that one of the files in `ui/e2e/in-page` is made of, and waits for what it returns.
    pub(crate) async fn asks<T: DeserializeOwned>(&self, name: &str, argument: Value) -> T {
        let function = std::fs::read_to_string(ui().join(format!("e2e/in-page/{name}.js"))).unwrap();
        let script = format!(
            "const done = arguments[1];
             Promise.resolve(({function})(arguments[0])).then((it) => done(it), (error) => done(`${{error}}`));"
        );
        let answer = self.run_and_wait(&script, json!([argument])).await;
        serde_json::from_value(answer.clone()).unwrap_or_else(|_| panic!("{name} ends with {answer}"))
    }

    /// Checks that what is on the screen breaks no rule of accessibility, by axe.
    pub(crate) async fn breaks_no_rule(&self, view: &str) {
        if self.run("return typeof axe === 'undefined'", json!([])).await == true {
            let axe = ui().join("node_modules/axe-core/axe.min.js");
            let axe = std::fs::read_to_string(&axe).unwrap_or_else(|error| {
                panic!("{}: {error}: `npm ci` in ui/, or `cargo xtask test`", axe.display())
            });
            self.run(&axe, json!([])).await;
        }
        let broken: Vec<Value> = self.asks("axe", Value::Null).await;
        assert!(broken.is_empty(), "rules that {view} breaks: {broken:#?}");
    }
}

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}
