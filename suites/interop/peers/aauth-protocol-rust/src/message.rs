//! An HTTP message of the vectors, as a server's HTTP stack hands it to the library, and documents instead of the network.

use aauth_protocol::discovery::{Fetch, Fetched};
use async_trait::async_trait;
use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

pub struct Message {
    pub method: String,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
}

impl Message {
    /// Nothing for a message that the `http` crate cannot carry.
    pub fn from_json(message: &Value) -> Option<Self> {
        let mut headers = HeaderMap::new();
        for line in message["headers"].as_array()? {
            // White space around a value is not part of it (RFC 9110, section 5.5): an HTTP parser takes it away.
            let value = line[1].as_str()?.trim_matches([' ', '\t']);
            headers
                .append(HeaderName::from_bytes(line[0].as_str()?.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
        }
        let body = match message.get("body").and_then(Value::as_str) {
            Some(text) => Some(STANDARD.decode(text).ok()?),
            None => None,
        };
        Some(Self { method: message["method"].as_str()?.into(), url: message["url"].as_str()?.into(), headers, body })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Path and query exactly as they are in the URL, without "?".
    pub fn path_and_query(&self) -> (&str, Option<&str>) {
        let rest = without_scheme(&self.url);
        let target = rest.find(['/', '?']).map_or("/", |at| &rest[at..]);
        match target.split_once('?') {
            Some((path, query)) => (if path.is_empty() { "/" } else { path }, Some(query)),
            None => (target, None),
        }
    }
}

/// Host and port, if any, of a URL.
pub fn authority(url: &str) -> &str {
    let rest = without_scheme(url);
    &rest[..rest.find(['/', '?']).unwrap_or(rest.len())]
}

fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

pub struct Documents(pub Value);

#[async_trait]
impl Fetch for Documents {
    async fn get(&self, url: &str, _headers: HeaderMap) -> aauth_protocol::Result<Fetched> {
        let (status, body) = match self.0.get(url) {
            Some(Value::String(text)) => (StatusCode::OK, text.clone()),
            Some(document) => (StatusCode::OK, document.to_string()),
            None => (StatusCode::NOT_FOUND, String::new()),
        };
        Ok(Fetched { status, headers: HeaderMap::new(), body: body.into() })
    }
}
