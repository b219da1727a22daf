//! What an operation answers, and the members of its input.

use aauth_core::AAuthError;
use serde_json::{json, Value};

pub enum Answer {
    Valid(Value),
    /// With the `Signature-Error` code, or nothing where the library gives none.
    Invalid(String),
    Crash(String),
    Unsupported(&'static str),
}

impl Answer {
    pub fn into_json(self) -> Value {
        match self {
            Answer::Valid(output) => json!({ "result": "valid", "output": output }),
            Answer::Invalid(code) => json!({ "result": "invalid", "error": code }),
            Answer::Crash(text) => json!({ "result": "invalid", "error": "", "crash": text }),
            Answer::Unsupported(reason) => json!({ "unsupported": true, "reason": reason }),
        }
    }

    /// Of a check that answers with nothing but its verdict.
    pub fn of<T, E: Into<Answer>>(result: Result<T, E>) -> Self {
        match result {
            Ok(_) => Answer::Valid(json!({})),
            Err(error) => error.into(),
        }
    }
}

/// Only errors of signatures carry a code; the others have words.
impl From<AAuthError> for Answer {
    fn from(error: AAuthError) -> Self {
        match error {
            AAuthError::Signature { error_code, .. } => Answer::Invalid(error_code.to_string()),
            _ => Answer::Invalid(String::new()),
        }
    }
}

impl From<aauth_core::httpsig::Error> for Answer {
    fn from(error: aauth_core::httpsig::Error) -> Self {
        AAuthError::from(error).into()
    }
}

pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

pub fn texts<'a>(value: &'a Value, member: &str) -> Vec<&'a str> {
    value[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
