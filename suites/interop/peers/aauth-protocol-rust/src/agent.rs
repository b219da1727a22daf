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
use aauth_protocol::jwt::{self, remaining_secs};
use aauth_protocol::metadata::{dwk, metadata_url, PersonServerMetadata};
use aauth_protocol::mission::ApprovedMission;
use aauth_protocol::token::{verify_token, VerifyTokenOptions};
use aauth_protocol::{identifier, now_unix, Error, Requirement, Result, SigningKey, TokenKind};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use https::{Answer, Headers, Https};
use serde_json::{json, Map, Value};
use told::{code_of, is_token, origin, text};

const NOT_SUPPORTED: i32 = 127;
const MARGIN: i64 = 300; // seconds before its end in which the agent token is renewed

struct Agent {
    https: Https,
    resolver: JwksResolver,
    key: SigningKey,
    token: String,
    refresh_url: Option<String>,
    person_server: String,
    clarification: Option<String>,
    refused: String, // the error code of the person server's last answer, when it was one
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
            refresh_url: me.get("refresh_url").and_then(Value::as_str).map(String::from),
            person_server: text(me, "person_server").into(),
            clarification: scenario.pointer("/person/clarification").and_then(Value::as_str).map(String::from),
            refused: String::new(),
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

    /// The agent token, renewed when it is about to end and its provider does that.
    fn own_token(&mut self) -> Result<String> {
        if remaining_secs(&self.token, now_unix(), MARGIN).is_none() {
            self.renew()?;
        }
        match remaining_secs(&self.token, now_unix(), 0) {
            Some(_) => Ok(self.token.clone()),
            None => Err(Error::Invalid("the agent token has expired".into())),
        }
    }

    /// Gets a fresh agent token where the provider gives one; whether it does.
    fn renew(&mut self) -> Result<bool> {
        let Some(url) = &self.refresh_url else { return Ok(false) };
        let answer = self.https.send("POST", url, &Headers::new(), Some(b"{}"))?;
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        self.token = text(&said, "agent_token").into();
        Ok(true)
    }

    /// Answers the question in a 202 of the pending URL, or withdraws.
    fn clarify(&self, question: &str, pending: &str, token: &str) -> Result<()> {
        let Some(reply) = &self.clarification else {
            self.send("DELETE", pending, &Headers::new(), None, token)?;
            return Err(Error::Http(format!("asked what it cannot answer: {question}")));
        };
        let body = json!({ "action": "clarification_response", "clarification_response": reply }).to_string();
        self.send("POST", pending, &Headers::new(), Some(body.as_bytes()), token).map(|_| ())
    }

    /// The answer once it is none of 202, 429 and 503: asked for again at its Location as often as it says.
    fn waited(&mut self, mut answer: Answer, url: &str, token: &str) -> Result<Answer> {
        let (mut pending, mut slower, mut token) = (url.to_string(), 0, token.to_string());
        let (mut asked_before, mut held_for) = (String::new(), String::new());
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
                match asked {
                    Some(Requirement::Interaction { url: Some(page), code }) => {
                        let link = format!("{page}?code={code}");
                        if !self.interactions.contains(&link) {
                            self.interactions.push(link);
                        }
                    }
                    Some(Requirement::Clarification) => {
                        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                        let question = text(&said, "clarification");
                        if question != asked_before {
                            self.clarify(question, &pending, &token)?;
                            asked_before = question.into();
                        }
                    }
                    Some(Requirement::AuthToken { resource_token }) if resource_token != held_for => {
                        token = self.auth_token(&origin(url), &resource_token, &token)?;
                        held_for = resource_token;
                    }
                    _ => {}
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
            answer = self.send("GET", &pending, &Headers::new(), None, &token)?;
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
        let mut token = self.own_token()?;
        self.refused.clear();
        let mut first = self.send("POST", &target, &Headers::new(), Some(&bytes), &token)?;
        if first.refuses_token() && self.renew()? {
            token = self.token.clone();
            first = self.send("POST", &target, &Headers::new(), Some(&bytes), &token)?;
        }
        let answer = self.waited(first, &target, &token)?;
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        if answer.status != 200 {
            self.refused = text(&said, "error").into();
            return Err(Error::Http(format!("{} {}", answer.status, said)));
        }
        Ok(said)
    }

    /// Judges a token that was given to this agent, and keeps it for its resource. The crate leaves it to its caller
    /// whose it is, and about whom.
    fn keep(&mut self, resource: &str, kind: TokenKind, token: &str, iss: &str, sub: Option<&str>) -> Result<()> {
        let accept = [kind];
        let options = VerifyTokenOptions::new(token, self.key.thumbprint(), resource, &accept);
        let verified = pollster::block_on(verify_token(&options, &self.resolver))?;
        if verified.iss != iss || sub.is_some_and(|sub| verified.sub != sub) {
            return Err(Error::Invalid("the token is of another server, or about another person".into()));
        }
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
        let issuer = self.person_server.clone();
        self.keep(resource, TokenKind::Person, text(&given, "person_token"), &issuer, None)
    }

    fn auth_token(&mut self, resource: &str, resource_token: &str, presented: &str) -> Result<String> {
        let mut asked = self.options.clone();
        asked.insert("resource_token".into(), json!(resource_token));
        asked.insert("presented_token".into(), json!(presented));
        let given = self.ask("auth_token", asked)?;
        let (challenge, shown) = (jwt::decode(resource_token)?, jwt::decode(presented)?);
        let sub = shown.claim_str("sub").filter(|_| shown.typ() != Some("aa-agent+jwt"));
        let token = text(&given, "auth_token");
        self.keep(resource, TokenKind::Auth, token, challenge.claim_str("aud").unwrap_or_default(), sub)?;
        Ok(token.into())
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
        self.held.retain(|_, (_, token)| remaining_secs(token, now_unix(), MARGIN).is_some());
        let (mut by_agent_token, mut again, mut renewed) = (false, false, false);
        for _ in 0..4 {
            let held = self.held.get(&resource).filter(|_| !by_agent_token).cloned();
            let (kind, token) = match held {
                Some(known) => known,
                None => (TokenKind::Agent, self.own_token()?),
            };
            let answer = self.send(method, url, &headers, body, &token)?;
            if answer.status != 401 {
                return self.waited(answer, url, &token);
            }
            by_agent_token = false;
            if answer.refuses_token() && !renewed {
                renewed = true;
                let fresh = if kind == TokenKind::Agent { self.renew()? } else { self.person_token(&resource).is_ok() };
                if fresh {
                    continue;
                }
            }
            match answer.header("aauth-requirement").and_then(Requirement::parse) {
                Some(Requirement::AgentToken) if kind != TokenKind::Agent => by_agent_token = true,
                Some(Requirement::PersonToken) if kind == TokenKind::Agent => self.person_token(&resource)?,
                Some(Requirement::AuthToken { resource_token }) => {
                    let done = self.auth_token(&resource, &resource_token, &token);
                    match (done, self.refused.as_str()) {
                        (Ok(_), _) => {}
                        (Err(_), "expired_resource_token") if !again => again = true,
                        (Err(_), "expired_presented_token" | "revoked_presented_token") if !again => {
                            again = true;
                            self.person_token(&resource)?;
                        }
                        (Err(problem), _) => return Err(problem),
                    }
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
        let more = approved.get("capabilities").and_then(Value::as_array).into_iter().flatten();
        if let Some(known) = self.options.entry("capabilities").or_insert(json!([])).as_array_mut() {
            known.extend(more.filter(|word| is_token(word)).cloned()); // a List may name one twice
        }
        for (resource, token) in approved.get("person_tokens").and_then(Value::as_object).into_iter().flatten() {
            let issuer = self.person_server.clone();
            self.keep(resource, TokenKind::Person, token.as_str().unwrap_or_default(), &issuer, None)?;
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
