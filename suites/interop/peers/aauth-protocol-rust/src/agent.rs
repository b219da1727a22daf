//! An agent on aauth-protocol 0.2.0: performs the scenario on standard input and prints the outcome
//! (suites/agent/README.md). Ends with status 127 for what the crate cannot do.
//!
//! The crate signs, reads challenges, finds keys, and judges person tokens, auth tokens and missions. Its client of
//! person servers (feature `client`) is left out, so the requests to those are put together here; and it has nothing
//! that judges resource tokens, which go to the person server as they are.

mod https;
mod told;

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use aauth_protocol::discovery::JwksResolver;
use aauth_protocol::httpsig::{sign_jwt, Outgoing};
use aauth_protocol::metadata::{dwk, metadata_url, PersonServerMetadata};
use aauth_protocol::mission::ApprovedMission;
use aauth_protocol::token::{verify_token, VerifyTokenOptions};
use aauth_protocol::{identifier, now_unix, Error, Requirement, Result, SigningKey, TokenKind};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use https::{Answer, Headers, Https};
use serde_json::{json, Map, Value};
use told::{code_of, origin, text};

const NOT_SUPPORTED: i32 = 127;

struct Agent {
    https: Https,
    resolver: JwksResolver,
    key: SigningKey,
    token: String,
    person_server: String,
    options: Map<String, Value>,
    mission: Option<String>,
    held: HashMap<String, (TokenKind, String)>, // by resource: the best token for it
    interactions: Vec<String>,
    until: Instant,
}

impl Agent {
    fn new(scenario: &Value) -> Option<Self> {
        let me = scenario.get("agent")?;
        let seed = URL_SAFE_NO_PAD.decode(text(me.get("private_jwk")?, "d")).ok()?;
        if text(me.get("private_jwk")?, "crv") != "Ed25519" {
            return None; // it signs with nothing else
        }
        let mut options = scenario.get("token_request").and_then(Value::as_object).cloned().unwrap_or_default();
        if let Some(capabilities) = me.get("capabilities").filter(|list| *list != &json!([])) {
            options.insert("capabilities".into(), capabilities.clone());
        }
        let https = Https::new();
        Some(Self {
            resolver: JwksResolver::new(Arc::new(https.clone())),
            https,
            key: SigningKey::from_bytes(&seed.try_into().ok()?),
            token: text(me, "agent_token").into(),
            person_server: text(me, "person_server").into(),
            options,
            mission: None,
            held: HashMap::new(),
            interactions: Vec::new(),
            until: Instant::now() + Duration::from_secs(scenario.get("deadline").and_then(Value::as_u64).unwrap_or(30)),
        })
    }

    fn send(&self, method: &str, url: &str, headers: &Headers, body: Option<&[u8]>, token: &str) -> Result<Answer> {
        let content_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let outgoing =
            Outgoing { method, url, content_type: content_type.map(|(_, v)| v.as_str()), body, created: now_unix() };
        let mut all: Headers =
            headers.iter().filter(|one| body.is_none() || Some(*one) != content_type).cloned().collect();
        all.extend(sign_jwt(&self.key, token, &outgoing)?);
        self.https.send(method, url, &all, body)
    }

    /// The answer once it is none of 202, 429 and 503: asked for again at its Location as often as it says.
    fn waited(&mut self, mut answer: Answer, url: &str, token: &str) -> Result<Answer> {
        let (mut pending, mut slower) = (url.to_string(), 0);
        while matches!(answer.status, 202 | 429 | 503) {
            if answer.status == 202 {
                if let Some(location) = answer.header("location") {
                    let joined = if location.starts_with('/') { origin(url) + location } else { location.to_string() };
                    if !identifier::same_origin(url, &joined) {
                        return Err(Error::Http("Location on another origin".into()));
                    }
                    pending = joined;
                }
                let asked = answer.header("aauth-requirement").and_then(Requirement::parse);
                if let Some(Requirement::Interaction { url: Some(page), code }) = asked {
                    let link = format!("{page}?code={code}");
                    if !self.interactions.contains(&link) {
                        self.interactions.push(link);
                    }
                }
            } else {
                slower += 5;
            }
            let said = answer.header("retry-after").and_then(|value| value.parse().ok()).unwrap_or(5);
            let wait = Duration::from_secs(std::cmp::max(said, slower));
            if Instant::now() + wait >= self.until {
                return Err(Error::Http("no time is left to wait".into()));
            }
            sleep(wait);
            answer = self.send("GET", &pending, &Headers::new(), None, token)?;
        }
        Ok(answer)
    }

    /// What the person server answers with 200.
    fn ask(&mut self, endpoint: &str, body: Map<String, Value>) -> Result<Value> {
        let url = metadata_url(&self.person_server, dwk::PERSON);
        let document = self.https.send("GET", &url, &Headers::new(), None)?;
        let metadata: PersonServerMetadata =
            serde_json::from_slice(&document.body).map_err(|e| Error::Discovery(format!("{url}: {e}")))?;
        if metadata.issuer != self.person_server {
            return Err(Error::Discovery(format!("{url} names another issuer")));
        }
        let target = match endpoint {
            "person_token" => metadata.person_token_endpoint,
            "mission" => metadata.mission_endpoint,
            _ => Some(metadata.auth_token_endpoint),
        }
        .ok_or_else(|| Error::Discovery(format!("the person server has no {endpoint} endpoint")))?;
        let bytes = Value::from(body).to_string().into_bytes();
        let token = self.token.clone();
        let first = self.send("POST", &target, &Headers::new(), Some(&bytes), &token)?;
        let answer = self.waited(first, &target, &token)?;
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        if answer.status != 200 {
            return Err(Error::Http(format!("{} {}", answer.status, said)));
        }
        Ok(said)
    }

    /// Judges a token that was given to this agent, and keeps it for its resource.
    fn keep(&mut self, resource: &str, kind: TokenKind, token: &str) -> Result<()> {
        let accept = [kind];
        let options = VerifyTokenOptions::new(token, self.key.thumbprint(), resource, &accept);
        pollster::block_on(verify_token(&options, &self.resolver))?;
        self.held.insert(resource.into(), (kind, token.into()));
        Ok(())
    }

    fn person_token(&mut self, resource: &str) -> Result<()> {
        let mut asked = self.options.clone();
        asked.insert("resource".into(), json!(resource));
        if let Some(mission) = &self.mission {
            asked.insert("mission_s256".into(), json!(mission));
        }
        let given = self.ask("person_token", asked)?;
        self.keep(resource, TokenKind::Person, text(&given, "person_token"))
    }

    /// Whether the resource's metadata says that the first request has to bring a person token.
    fn wants_person(&self, resource: &str) -> bool {
        let document = self.https.send("GET", &metadata_url(resource, dwk::RESOURCE), &Headers::new(), None);
        let known: Value =
            document.ok().and_then(|answer| serde_json::from_slice(&answer.body).ok()).unwrap_or_default();
        matches!(text(&known, "access_mode"), "person-token" | "auth-token")
    }

    fn request(&mut self, step: &Value) -> Result<Answer> {
        let (method, url) = (text(step, "method"), text(step, "url"));
        let resource = origin(url);
        let body = step.get("body").and_then(Value::as_str).map(str::as_bytes);
        let mut headers: Headers = (step.get("headers").and_then(Value::as_object).into_iter().flatten())
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_string()))
            .collect();
        if let Some(capabilities) = self.options.get("capabilities").and_then(Value::as_array) {
            let words: Vec<_> = capabilities.iter().filter_map(Value::as_str).collect();
            headers.push(("AAuth-Capabilities".into(), words.join(", ")));
        }
        if !self.held.contains_key(&resource) && !self.person_server.is_empty() && self.wants_person(&resource) {
            self.person_token(&resource)?;
        }
        let mut by_agent_token = false;
        for _ in 0..4 {
            let held = self.held.get(&resource).filter(|_| !by_agent_token).cloned();
            let (kind, token) = held.unwrap_or((TokenKind::Agent, self.token.clone()));
            let answer = self.send(method, url, &headers, body, &token)?;
            if answer.status != 401 {
                return self.waited(answer, url, &token);
            }
            by_agent_token = false;
            match answer.header("aauth-requirement").and_then(Requirement::parse) {
                Some(Requirement::AgentToken) if kind != TokenKind::Agent => by_agent_token = true,
                Some(Requirement::PersonToken) if kind == TokenKind::Agent => self.person_token(&resource)?,
                Some(Requirement::AuthToken { resource_token }) => {
                    let mut asked = self.options.clone();
                    asked.insert("resource_token".into(), json!(resource_token));
                    asked.insert("presented_token".into(), json!(token));
                    let given = self.ask("auth_token", asked)?;
                    self.keep(&resource, TokenKind::Auth, text(&given, "auth_token"))?;
                }
                _ => return Ok(answer),
            }
        }
        Err(Error::Http("challenged again and again".into()))
    }

    fn propose(&mut self, step: &Value) -> Result<Answer> {
        let mut proposal = self.options.clone();
        for name in ["description", "tools", "resources"] {
            if let Some(value) = step.get(name) {
                proposal.insert(name.into(), value.clone());
            }
        }
        let approved = self.ask("mission", proposal)?;
        let mission = ApprovedMission::from_approval(&approved)
            .ok_or_else(|| Error::Invalid("s256 is not the digest of the mission".into()))?;
        for (resource, token) in approved.get("person_tokens").and_then(Value::as_object).into_iter().flatten() {
            self.keep(resource, TokenKind::Person, token.as_str().unwrap_or_default())?;
        }
        let body = json!({ "s256": mission.s256, "mission": mission.mission }).to_string().into_bytes();
        self.mission = Some(mission.s256);
        Ok(Answer { status: 200, headers: Vec::new(), body })
    }

    fn perform(&mut self, step: &Value) -> Value {
        let done = if text(step, "do") == "request" { self.request(step) } else { self.propose(step) };
        match done {
            Ok(answer) => json!({
                "status": answer.status,
                "headers": answer.headers.into_iter().collect::<HashMap<_, _>>(),
                "body": String::from_utf8_lossy(&answer.body),
            }),
            Err(problem) => json!({ "error": { "code": code_of(&problem), "message": problem.to_string() } }),
        }
    }
}

fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).expect("a scenario on standard input");
    let scenario: Value = serde_json::from_str(&input).expect("the scenario is JSON");
    let steps = scenario["steps"].as_array().cloned().unwrap_or_default();
    let can = |step: &Value| matches!(text(step, "do"), "request" | "propose-mission") && step.get("as").is_none();
    let addresses = scenario["addresses"].as_object().is_some_and(|map| !map.is_empty());
    let Some(mut agent) = Agent::new(&scenario).filter(|_| steps.iter().all(can) && !addresses) else {
        std::process::exit(NOT_SUPPORTED);
    };
    let results: Vec<Value> = steps.iter().map(|step| agent.perform(step)).collect();
    println!("{}", json!({ "format": 1, "results": results, "interactions": agent.interactions }));
}
