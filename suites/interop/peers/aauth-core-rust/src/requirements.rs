use aauth_core::headers;
use serde_json::{json, Map, Value};

use crate::answer::{text, texts, Answer};

/// Field lines of one name are one list (RFC 9110, section 5.2), without the white space around each (section 5.5).
fn field(input: &Value) -> String {
    let lines: Vec<&str> = texts(input, "fields").iter().map(|line| line.trim_matches([' ', '\t'])).collect();
    lines.join(", ")
}

pub fn parse_requirement(input: &Value) -> Answer {
    let parsed = match headers::parse_aauth_header(&field(input)) {
        Ok(parsed) => parsed,
        Err(error) => return error.into(),
    };
    let mut parameters = Map::new();
    for (name, value) in [("resource-token", parsed.resource_token), ("url", parsed.url), ("code", parsed.code)] {
        if let Some(value) = value {
            parameters.insert(name.into(), value.into());
        }
    }
    Answer::Valid(json!({ "value": parsed.requirement, "parameters": parameters }))
}

pub fn build_requirement(input: &Value) -> Answer {
    let parameters = &input["parameters"];
    let given: Vec<&str> = parameters.as_object().into_iter().flat_map(|p| p.keys()).map(String::as_str).collect();
    let built = match (text(input, "value"), given.as_slice()) {
        ("auth-token", ["resource-token"]) => headers::build_auth_token_requirement(text(parameters, "resource-token")),
        ("interaction", ["code", "url"]) => {
            headers::build_interaction_requirement(text(parameters, "url"), text(parameters, "code"))
        }
        ("approval", []) => headers::build_approval_requirement(),
        ("clarification", []) => headers::build_clarification_requirement(),
        ("claims", []) => headers::build_claims_requirement(),
        _ => return Answer::Unsupported("a requirement that the library does not build"),
    };
    Answer::Valid(json!({ "field": built }))
}

pub fn parse_authorization(input: &Value) -> Answer {
    match headers::parse_authorization_aauth_header(&field(input)) {
        Some(token) => Answer::Valid(json!({ "token": token })),
        None => Answer::Invalid(String::new()),
    }
}

const NOT_CAPABILITIES: Answer = Answer::Unsupported("of the lists, the library reads and writes AAuth-Capabilities");

pub fn parse_token_list(input: &Value) -> Answer {
    if text(input, "header") != headers::HEADER_AAUTH_CAPABILITIES {
        return NOT_CAPABILITIES;
    }
    if texts(input, "fields").is_empty() {
        return Answer::Unsupported("the library's caller sees whether the field is there");
    }
    Answer::Valid(json!({ "tokens": headers::parse_aauth_capabilities_header(&field(input)) }))
}

pub fn build_token_list(input: &Value) -> Answer {
    if text(input, "header") != headers::HEADER_AAUTH_CAPABILITIES {
        return NOT_CAPABILITIES;
    }
    Answer::Valid(json!({ "field": headers::build_aauth_capabilities_header(&texts(input, "tokens")) }))
}

pub fn parse_mission(input: &Value) -> Answer {
    let parsed = headers::parse_aauth_mission_header(&field(input));
    match (parsed.approver, parsed.s256) {
        (Some(approver), Some(s256)) => Answer::Valid(json!({ "approver": approver, "s256": s256 })),
        _ => Answer::Invalid(String::new()),
    }
}

pub fn build_mission(input: &Value) -> Answer {
    let built = headers::build_aauth_mission_header(text(input, "approver"), text(input, "s256"));
    Answer::Valid(json!({ "field": built }))
}

pub fn build_signature_error(input: &Value) -> Answer {
    let required = texts(input, "required_input");
    let required = (!required.is_empty()).then_some(required.as_slice());
    Answer::Valid(json!({ "field": headers::build_signature_error(text(input, "error"), required, None) }))
}

pub fn parse_signature_error(input: &Value) -> Answer {
    let parsed = headers::parse_signature_error(&field(input));
    match parsed.error {
        Some(error) => Answer::Valid(json!({ "error": error, "required_input": parsed.required_input })),
        None => Answer::Invalid(String::new()),
    }
}
