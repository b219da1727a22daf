//! Small readings of what the agent is told, and says.

use aauth_protocol::Error;
use serde_json::Value;

use crate::https::Answer;

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it says that the token of the request counts no more.
    pub fn refuses_token(&self) -> bool {
        let said = self.header("signature-error").unwrap_or_default();
        self.status == 401 && ["error=expired_jwt", "error=revoked_jwt"].iter().any(|code| said.starts_with(code))
    }
}

/// Whether this is a word that a header may list.
pub fn is_token(word: &Value) -> bool {
    let word = word.as_str().unwrap_or_default();
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// A member that is a string; any other is as good as empty.
pub fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

pub fn code_of(problem: &Error) -> &'static str {
    match problem {
        Error::Signature(signature) => signature.code,
        Error::Token(token) => token.code,
        Error::Discovery(_) => "discovery",
        Error::Http(_) => "http",
        _ => "invalid",
    }
}
