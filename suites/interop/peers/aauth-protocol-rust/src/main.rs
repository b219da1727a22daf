//! Runs the vectors through `aauth-protocol`: one JSON object a line in, one out (vectors/README.md).

mod answer;
mod message;
mod operations;

use std::io::{self, BufRead, Write};
use std::panic;

use answer::Answer;
use serde_json::{json, Value};

fn main() -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    let mut output = io::stdout().lock();
    let hello = json!({ "hello": {
        "name": "aauth-protocol",
        "version": "0.2.0",
        "drafts": ["11"],
        "operations": operations::NAMES,
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
    let operation = request["op"].as_str().unwrap_or_default();
    panic::catch_unwind(|| operations::run(operation, &request["input"])).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        Answer::Crash(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("panic").to_string())
    })
}
