//! A resource on aauth-protocol 0.2.0: `resource PORT IDENTIFIER`
//!
//! Serves HTTP on 127.0.0.1:PORT behind something that ends TLS at IDENTIFIER. Takes what `authenticate` takes, and asks
//! for what is missing with the crate's challenges and resource tokens:
//!
//!     /agent    an agent token
//!     /person   a person token
//!     /data     an auth token of the agent's person server

mod https;
mod serve;

use std::sync::Arc;

use aauth_protocol::discovery::JwksResolver;
use aauth_protocol::httpsig::{Incoming, VerifyOptions};
use aauth_protocol::metadata::dwk;
use aauth_protocol::resource::{authenticate, challenge, resource_token, Authenticated, ResourceTokenParams};
use aauth_protocol::{Error, Requirement, SigningKey, TokenKind};
use http::HeaderMap;
use serde_json::{json, Value};

const SCOPE: &str = "data.read";

type Answer = (u16, Vec<(String, String)>, Value);

struct Resource {
    identifier: String,
    key: SigningKey,
    resolver: JwksResolver,
}

/// The Signature-Error code of a token that is not valid, for which the crate has codes of its own.
fn signature_error(problem: &Error) -> String {
    match problem {
        Error::Signature(signature) => signature.header_value(),
        Error::Token(token) if token.code == "token_expired" => "error=expired_jwt".into(),
        Error::Token(token) if token.code == "clock_skew" => "error=clock_skew".into(),
        Error::Discovery(_) | Error::Http(_) => "error=unknown_key".into(),
        _ => "error=invalid_jwt".into(),
    }
}

fn has_scope(granted: Option<&str>) -> bool {
    granted.unwrap_or_default().split(' ').any(|word| word == SCOPE)
}

fn asking(requirement: Requirement) -> Answer {
    (401, challenge(&requirement), json!({ "error": "authorization required" }))
}

impl Resource {
    fn metadata(&self) -> Value {
        json!({
            "issuer": self.identifier,
            "jwks_uri": format!("{}/.well-known/jwks.json", self.identifier),
            "name": "aauth-protocol 0.2.0",
            "access_mode": "agent-token",
            "scope_descriptions": { SCOPE: "Read the data." },
        })
    }

    fn serve(&self, method: &str, target: &str, headers: &HeaderMap, body: &[u8]) -> Answer {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        match path {
            "/.well-known/aauth-resource.json" => return (200, Vec::new(), self.metadata()),
            "/.well-known/jwks.json" => return (200, Vec::new(), json!(self.key.jwks())),
            "/agent" | "/person" | "/data" => {}
            _ => return (404, Vec::new(), json!({ "error": "not_found" })),
        }
        if ["signature", "signature-input", "signature-key"].iter().all(|name| !headers.contains_key(*name)) {
            return asking(if path == "/agent" { Requirement::AgentToken } else { Requirement::PersonToken });
        }
        let incoming = Incoming {
            method,
            authority: self.identifier.trim_start_matches("https://"),
            path,
            query,
            headers,
            body: (!body.is_empty()).then_some(body),
        };
        let accept = [TokenKind::Agent, TokenKind::Person, TokenKind::Auth];
        let options = VerifyOptions::default();
        match pollster::block_on(authenticate(&incoming, &self.identifier, &accept, &options, &self.resolver)) {
            Ok(request) => self.authorize(path, &request),
            Err(problem) => {
                let field = ("Signature-Error".to_string(), signature_error(&problem));
                (401, vec![field], json!({ "error": "unauthorized", "detail": problem.to_string() }))
            }
        }
    }

    fn authorize(&self, path: &str, request: &Authenticated) -> Answer {
        let token = &request.token;
        match (path, token.kind) {
            ("/person" | "/data", TokenKind::Agent) => asking(Requirement::PersonToken),
            ("/data", TokenKind::Auth) if token.dwk == dwk::PERSON && has_scope(token.scope()) => self.welcome(request),
            ("/data", _) => {
                let jkt = &request.signature.thumbprint;
                match resource_token(&self.key, &ResourceTokenParams::new(&self.identifier, token, jkt, SCOPE)) {
                    Ok(resource_token) => asking(Requirement::AuthToken { resource_token }),
                    Err(problem) => {
                        (400, Vec::new(), json!({ "error": "invalid_request", "detail": problem.to_string() }))
                    }
                }
            }
            _ => self.welcome(request),
        }
    }

    fn welcome(&self, request: &Authenticated) -> Answer {
        let token = &request.token;
        let agent = match token.kind {
            TokenKind::Agent => Some(token.sub.as_str()),
            _ => token.claims.get("act").and_then(|act| act.get("sub")).and_then(Value::as_str),
        };
        (200, Vec::new(), json!({ "agent": agent, "sub": token.sub, "scope": token.scope() }))
    }
}

fn answer(resource: &Resource, request: &http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let (status, fields, said) = resource.serve(request.method().as_str(), target, request.headers(), request.body());
    let mut response = http::Response::builder().status(status).header("Content-Type", "application/json");
    for (name, value) in fields {
        response = response.header(name, value);
    }
    response.body(said.to_string().into_bytes()).expect("the fields are of the crate's making")
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(port), Some(identifier)) = (arguments.next(), arguments.next()) else {
        return Err("resource PORT IDENTIFIER".into());
    };
    let resolver = JwksResolver::new(Arc::new(https::Https::new()));
    let resource = Resource { identifier, key: SigningKey::generate(), resolver };
    Ok(serve::serve(&port, move |request| answer(&resource, &request))?)
}
