//! What an operation answers.

use aauth_protocol::{Error, SignatureError, TokenError};
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
}

impl From<SignatureError> for Answer {
    fn from(error: SignatureError) -> Self {
        Answer::Invalid(error.code.to_string())
    }
}

/// The library's own token codes: two of them are `Signature-Error` codes by another name, the others say which token
/// is not valid and no more.
impl From<TokenError> for Answer {
    fn from(error: TokenError) -> Self {
        let code = match error.code {
            "token_expired" => "expired_jwt",
            "clock_skew" => "clock_skew",
            _ => "",
        };
        Answer::Invalid(code.into())
    }
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        match error {
            Error::Signature(error) => error.into(),
            Error::Token(error) => error.into(),
            Error::Key(_) => Answer::Invalid("invalid_key".into()),
            _ => Answer::Invalid(String::new()),
        }
    }
}
