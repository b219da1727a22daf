//! HTTP for the parties, with the certificates of the machine (SSL_CERT_FILE): the library's own client (feature
//! `client`) takes a long time to build, and refuses every address that is not public.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use aauth_protocol::discovery::{Fetch, Fetched, MAX_DOCUMENT_BYTES};
use aauth_protocol::{Error, Result};
use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

pub type Headers = Vec<(String, String)>;

pub struct Answer {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
}

#[derive(Clone)]
pub struct Https(ureq::Agent);

impl Https {
    pub fn new() -> Self {
        let tls = native_tls::TlsConnector::new().expect("the machine has certificates");
        Self(
            ureq::AgentBuilder::new()
                .tls_connector(Arc::new(tls))
                .timeout(Duration::from_secs(10))
                .redirects(0)
                .build(),
        )
    }

    pub fn send(&self, method: &str, url: &str, headers: &Headers, body: Option<&[u8]>) -> Result<Answer> {
        let mut request = self.0.request(method, url);
        for (name, value) in headers {
            request = request.set(name, value);
        }
        let done = match body {
            Some(bytes) => request.send_bytes(bytes),
            None => request.call(),
        };
        let response = match done {
            Ok(response) | Err(ureq::Error::Status(_, response)) => response,
            Err(problem) => return Err(Error::Http(format!("{url}: {problem}"))),
        };
        let mut answer = Answer { status: response.status(), headers: Vec::new(), body: Vec::new() };
        for name in response.headers_names() {
            answer.headers.push((name.clone(), response.all(&name).join(", ")));
        }
        let more = MAX_DOCUMENT_BYTES as u64 + 1;
        response.into_reader().take(more).read_to_end(&mut answer.body).map_err(|e| Error::Http(e.to_string()))?;
        if answer.body.len() > MAX_DOCUMENT_BYTES {
            return Err(Error::Http(format!("{url}: too large")));
        }
        Ok(answer)
    }
}

#[async_trait]
impl Fetch for Https {
    async fn get(&self, url: &str, headers: HeaderMap) -> Result<Fetched> {
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_string();
        let headers: Headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let answer = self.send("GET", url, &headers, None)?;
        let mut fields = HeaderMap::new();
        for (name, value) in &answer.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
                fields.append(name, value);
            }
        }
        let status = StatusCode::from_u16(answer.status).map_err(|e| Error::Http(e.to_string()))?;
        Ok(Fetched { status, headers: fields, body: answer.body.into() })
    }
}
