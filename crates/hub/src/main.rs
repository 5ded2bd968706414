//! The server's program; [`deskbell_hub::cli`] is all of it.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    deskbell_hub::cli::main().await
}
