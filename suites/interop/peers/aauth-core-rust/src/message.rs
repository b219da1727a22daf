//! An HTTP message of the vectors, as a server hands it to the library, and documents instead of the network.

use std::collections::HashMap;

use aauth_core::http::{HttpClient, HttpResponse};
use aauth_core::httpsig::RequestParts;
use aauth_core::keys::JwksFetcher;
use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use serde_json::Value;

pub struct Message {
    pub method: String,
    pub url: String,
    pub headers: HashMap<String, String>,
    pub body: Option<Vec<u8>>,
}

impl Message {
    pub fn from_json(message: &Value) -> Option<Self> {
        let body = match message.get("body").and_then(Value::as_str) {
            Some(text) => Some(STANDARD.decode(text).ok()?),
            None => None,
        };
        Some(Self {
            method: message["method"].as_str()?.into(),
            url: message["url"].as_str()?.into(),
            headers: headers(&message["headers"])?,
            body,
        })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub fn parts(&self) -> RequestParts<'_> {
        RequestParts { method: &self.method, target_uri: &self.url, headers: &self.headers, body: self.body.as_deref() }
    }
}

/// The library takes one value a name: field lines of one name become one list (RFC 9110, section 5.2), and the white
/// space around a line's value is no part of it (section 5.5).
pub fn headers(lines: &Value) -> Option<HashMap<String, String>> {
    let mut headers: HashMap<String, String> = HashMap::new();
    for line in lines.as_array()? {
        let value = line[1].as_str()?.trim_matches([' ', '\t']);
        headers
            .entry(line[0].as_str()?.to_ascii_lowercase())
            .and_modify(|before| *before = format!("{before}, {value}"))
            .or_insert_with(|| value.to_string());
    }
    Some(headers)
}

/// Finds keys as the library does, in the documents of the input.
pub fn resolver(input: &Value) -> JwksFetcher<Documents> {
    JwksFetcher::new(Documents(input["documents"].clone()))
}

pub struct Documents(Value);

impl HttpClient for Documents {
    fn execute(
        &self,
        _method: &str,
        url: &str,
        _headers: &HashMap<String, String>,
        _body: Option<&[u8]>,
    ) -> aauth_core::Result<HttpResponse> {
        let body = match self.0.get(url) {
            Some(Value::String(text)) => text.clone(),
            Some(document) => document.to_string(),
            None => return Ok(HttpResponse { status: 404, ..Default::default() }),
        };
        Ok(HttpResponse { status: 200, body: body.into_bytes(), ..Default::default() })
    }
}
