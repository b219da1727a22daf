use aauth_core::identifiers::{validate_agent_identifier, validate_endpoint_url, validate_server_identifier};
use serde_json::Value;

use crate::answer::{text, Answer};

pub fn server(input: &Value) -> Answer {
    Answer::of(validate_server_identifier(text(input, "text")))
}

pub fn agent(input: &Value) -> Answer {
    Answer::of(validate_agent_identifier(text(input, "text")))
}

pub fn endpoint(input: &Value) -> Answer {
    Answer::of(validate_endpoint_url(text(input, "url")))
}
