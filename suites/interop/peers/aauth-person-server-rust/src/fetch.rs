//! Fetches documents by ordinary https, trusting the certificates of the machine (SSL_CERT_FILE).

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use aauth_person_server::aauth_protocol::discovery::{Fetch, Fetched, MAX_DOCUMENT_BYTES};
use aauth_person_server::aauth_protocol::{Error, Result};
use async_trait::async_trait;
use http::{HeaderMap, StatusCode};

pub struct Https(ureq::Agent);

impl Https {
    pub fn new() -> std::result::Result<Self, native_tls::Error> {
        let tls = Arc::new(native_tls::TlsConnector::new()?);
        Ok(Self(ureq::AgentBuilder::new().tls_connector(tls).timeout(Duration::from_secs(10)).redirects(0).build()))
    }
}

#[async_trait]
impl Fetch for Https {
    async fn get(&self, url: &str, headers: HeaderMap) -> Result<Fetched> {
        let mut request = self.0.get(url);
        for (name, value) in &headers {
            request = request.set(name.as_str(), value.to_str().unwrap_or_default());
        }
        let response = match request.call() {
            Ok(response) | Err(ureq::Error::Status(_, response)) => response,
            Err(problem) => return Err(Error::Http(format!("{url}: {problem}"))),
        };
        let status = StatusCode::from_u16(response.status()).map_err(|e| Error::Http(e.to_string()))?;
        let mut body = Vec::new();
        let more = MAX_DOCUMENT_BYTES as u64 + 1;
        response.into_reader().take(more).read_to_end(&mut body).map_err(|e| Error::Http(e.to_string()))?;
        if body.len() > MAX_DOCUMENT_BYTES {
            return Err(Error::Http(format!("{url}: too large")));
        }
        Ok(Fetched { status, headers: HeaderMap::new(), body: body.into() })
    }
}
