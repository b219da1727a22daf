//! Small readings of what the agent is told, and says.

use aauth_protocol::Error;
use serde_json::Value;

use crate::https::Answer;

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
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
