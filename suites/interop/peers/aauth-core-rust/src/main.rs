//! Runs the vectors through `aauth-core`: one JSON object a line in, one out (vectors/README.md).

mod answer;
mod clock;
mod deferred;
mod identifiers;
mod keys;
mod message;
mod requirements;
mod signatures;
mod tokens;

use std::io::{self, BufRead, Write};
use std::panic;

use answer::Answer;
use serde_json::{json, Value};

type Operation = fn(&Value) -> Answer;

const OPERATIONS: &[(&str, Operation)] = &[
    ("signature-base", signatures::signature_base),
    ("sign", signatures::sign),
    ("verify", signatures::verify),
    ("verify-request", signatures::verify_request),
    ("thumbprint", keys::thumbprint),
    ("check-key", keys::check_key),
    ("select-key", keys::select_key),
    ("parse-signature-key", keys::parse_signature_key),
    ("verify-token", tokens::verify_token),
    ("verify-challenge", tokens::verify_challenge),
    ("verify-grant", tokens::verify_grant),
    ("check-server-identifier", identifiers::server),
    ("check-agent-identifier", identifiers::agent),
    ("check-endpoint", identifiers::endpoint),
    ("parse-requirement", requirements::parse_requirement),
    ("build-requirement", requirements::build_requirement),
    ("parse-authorization", requirements::parse_authorization),
    ("parse-token-list", requirements::parse_token_list),
    ("build-token-list", requirements::build_token_list),
    ("parse-signature-error", requirements::parse_signature_error),
    ("build-signature-error", requirements::build_signature_error),
    ("parse-mission", requirements::parse_mission),
    ("build-mission", requirements::build_mission),
    ("run-deferred", deferred::run_deferred),
];

fn main() -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    let mut output = io::stdout().lock();
    let operations: Vec<&str> = OPERATIONS.iter().map(|(name, _)| *name).collect();
    let hello = json!({ "hello": {
        "name": "aauth-core",
        "version": "0.1.2",
        "drafts": ["01"],
        "operations": operations,
    }});
    writeln!(output, "{hello}")?;
    output.flush()?;
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let mut answer = answer_to(&request).into_json();
        answer["id"] = request["id"].clone();
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

/// A panic of the library is its answer too, and says so.
fn answer_to(request: &Value) -> Answer {
    let name = request["op"].as_str().unwrap_or_default();
    let Some((_, operation)) = OPERATIONS.iter().find(|(known, _)| *known == name) else {
        return Answer::Unsupported("not an operation of the library");
    };
    clock::set(request["input"]["now"].as_i64().unwrap_or_default());
    panic::catch_unwind(|| operation(&request["input"])).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        Answer::Crash(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("panic").to_string())
    })
}
