//! The operations that the library has, each a call of its public API.

use std::sync::Arc;

use aauth_protocol::discovery::JwksResolver;
use aauth_protocol::httpsig::{self, Incoming, Outgoing, SignatureKey, Signer, VerifyOptions};
use aauth_protocol::identifier::is_server_identifier;
use aauth_protocol::jwk::{Algorithm, KeyProblem};
use aauth_protocol::mission::ApprovedMission;
use aauth_protocol::resource::authenticate;
use aauth_protocol::token::{verify_token, TokenKind, VerifyTokenOptions};
use aauth_protocol::{jwt, Jwk, Requirement, SignatureError, SigningKey};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use pollster::block_on;
use serde_json::{json, Value};

use crate::answer::Answer;
use crate::message::{authority, Documents, Message};

pub const NAMES: &[&str] = &[
    "sign",
    "verify-request",
    "thumbprint",
    "check-key",
    "verify-token",
    "check-server-identifier",
    "mission-digest",
    "check-mission",
    "parse-requirement",
    "build-requirement",
    "build-signature-error",
];

pub fn run(operation: &str, input: &Value) -> Answer {
    match operation {
        "sign" => sign(input),
        "verify-request" => verify_request(input),
        "thumbprint" => thumbprint(input),
        "check-key" => check_key(input),
        "verify-token" => verify_one_token(input),
        "check-server-identifier" => verdict(is_server_identifier(text(input, "text"))),
        "mission-digest" => mission_digest(input),
        "check-mission" => verdict(ApprovedMission::from_approval(input).is_some()),
        "parse-requirement" => parse_requirement(input),
        "build-requirement" => build_requirement(input),
        "build-signature-error" => build_signature_error(input),
        _ => Answer::Unsupported("not an operation of the library"),
    }
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn texts<'a>(value: &'a Value, member: &str) -> Vec<&'a str> {
    value[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn verdict(holds: bool) -> Answer {
    if holds {
        Answer::Valid(json!({}))
    } else {
        Answer::Invalid(String::new())
    }
}

fn resolver(input: &Value) -> JwksResolver {
    JwksResolver::new(Arc::new(Documents(input["documents"].clone())))
}

/// The library chooses what is covered; a vector that asks for anything else is not for it.
fn sign(input: &Value) -> Answer {
    const CHOOSES: Answer = Answer::Unsupported("the library chooses label, components, parameters and digest itself");
    let Some(message) = Message::from_json(&input["message"]) else {
        return Answer::Unsupported("a message that the http crate cannot carry");
    };
    let seed = URL_SAFE_NO_PAD.decode(text(&input["key"], "d")).ok().and_then(|d| <[u8; 32]>::try_from(d).ok());
    let (Some(seed), "OKP") = (seed, text(&input["key"], "kty")) else {
        return Answer::Unsupported("the library signs with Ed25519 only");
    };
    let Some(signature_key) = signature_key(text(input, "signature_key")) else {
        return Answer::Unsupported("a Signature-Key that the library does not write");
    };
    let outgoing = Outgoing {
        method: &message.method,
        url: &message.url,
        content_type: message.header("content-type"),
        body: message.body.as_deref(),
        created: input["parameters"]["created"].as_i64().unwrap_or_default(),
    };
    let headers = match httpsig::sign(&SigningKey::from_bytes(&seed), &signature_key, &outgoing) {
        Ok(headers) => headers,
        Err(error) => return error.into(),
    };
    let made = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let components: Vec<String> = texts(input, "components").iter().map(|name| format!("\"{name}\"")).collect();
    let asked = format!("sig=({});created={}", components.join(" "), outgoing.created);
    let as_asked = text(input, "label") == "sig"
        && input["parameters"].as_object().is_some_and(|parameters| parameters.len() == 1)
        && made("signature-input") == Some(&asked)
        && made("signature-key") == Some(text(input, "signature_key"))
        && made("content-digest").is_none_or(|digest| message.header("content-digest") == Some(digest))
        && made("content-type").is_none_or(|kind| message.header("content-type") == Some(kind));
    if !as_asked {
        return CHOOSES;
    }
    Answer::Valid(json!({ "headers": {
        "Signature-Input": made("signature-input"),
        "Signature": made("signature"),
    }}))
}

/// The schemes that the library writes, from a field value in the form in which it writes them.
fn signature_key(field: &str) -> Option<SignatureKey> {
    let quoted = |text: &str| text.strip_prefix('"')?.strip_suffix('"').map(str::to_string);
    if field.starts_with("sig=hwk;") {
        return Some(SignatureKey::Hwk);
    }
    if let Some(token) = field.strip_prefix("sig=jwt;jwt=") {
        return Some(SignatureKey::Jwt(quoted(token)?));
    }
    let (id, rest) = field.strip_prefix("sig=jwks_uri;id=")?.split_once(";dwk=")?;
    let (dwk, kid) = rest.split_once(";kid=")?;
    Some(SignatureKey::JwksUri { id: quoted(id)?, dwk: quoted(dwk)?, kid: quoted(kid)? })
}

fn token_kind(name: &str) -> Option<TokenKind> {
    match name {
        "agent-token" => Some(TokenKind::Agent),
        "person-token" => Some(TokenKind::Person),
        "auth-token" => Some(TokenKind::Auth),
        _ => None,
    }
}

/// An endpoint for agents is `resource::authenticate`; where other schemes than `jwt` are welcome, the library's
/// documentation asks for `httpsig::verify`, whose caller decides by the signer that it names.
fn verify_request(input: &Value) -> Answer {
    let verifier = &input["verifier"];
    let Some(message) = Message::from_json(&input["message"]) else {
        return Answer::Unsupported("a message that the http crate cannot carry");
    };
    let algorithms: Option<Vec<Algorithm>> = texts(verifier, "accepts").into_iter().map(Algorithm::from_name).collect();
    let Some(algorithms) = algorithms else {
        return Answer::Unsupported("an algorithm that the library does not have");
    };
    if !texts(verifier, "also_covered").is_empty() {
        return Answer::Unsupported("the library cannot ask for further components");
    }
    let identifier = text(verifier, "identifier");
    let called_by_servers = verifier["servers"] == true;
    let options = VerifyOptions {
        now: input["now"].as_i64().unwrap_or_default(),
        max_clock_skew: verifier["window"].as_i64().unwrap_or(60),
        // What the profile asks for at a person server, an access server and a revocation endpoint.
        require_content_digest: called_by_servers || text(verifier, "role") != "resource",
        algorithms,
    };
    let (path, query) = message.path_and_query();
    let incoming = Incoming {
        method: &message.method,
        authority: authority(identifier),
        path,
        query,
        headers: &message.headers,
        body: message.body.as_deref(),
    };
    let schemes = texts(verifier, "schemes");
    if schemes.iter().any(|scheme| !["jwt", "jwks_uri", "hwk"].contains(scheme)) {
        return Answer::Unsupported("a scheme that the library does not implement");
    }
    let accept: Vec<TokenKind> = texts(verifier, "tokens").into_iter().filter_map(token_kind).collect();
    let resolver = resolver(input);
    if schemes == ["jwt"] {
        return match block_on(authenticate(&incoming, identifier, &accept, &options, &resolver)) {
            Ok(authenticated) => Answer::Valid(json!({ "thumbprint": authenticated.signature.thumbprint })),
            Err(error) => error.into(),
        };
    }
    let verified = match block_on(httpsig::verify(&incoming, &options, &resolver)) {
        Ok(verified) => verified,
        Err(error) => return error.into(),
    };
    let scheme = match &verified.signer {
        Signer::Jwt { .. } => "jwt",
        Signer::JwksUri { .. } => "jwks_uri",
        _ => "hwk",
    };
    if !schemes.contains(&scheme) {
        return Answer::Unsupported("which schemes are welcome is decided by the library's caller");
    }
    if let Signer::Jwt { raw, .. } = &verified.signer {
        let token = VerifyTokenOptions {
            now: options.now,
            ..VerifyTokenOptions::new(raw, &verified.thumbprint, identifier, &accept)
        };
        if let Err(error) = block_on(verify_token(&token, &resolver)) {
            return error.into();
        }
    }
    Answer::Valid(json!({ "thumbprint": verified.thumbprint }))
}

fn thumbprint(input: &Value) -> Answer {
    let jwk: Jwk = match serde_json::from_value(input["jwk"].clone()) {
        Ok(jwk) => jwk,
        Err(_) => return Answer::Invalid("invalid_key".into()),
    };
    if !["OKP", "EC", "RSA"].contains(&jwk.kty.as_str()) {
        return Answer::Unsupported("the library makes thumbprints of OKP, EC and RSA keys");
    }
    match jwk.thumbprint() {
        Ok(thumbprint) => Answer::Valid(json!({ "thumbprint": thumbprint })),
        Err(error) => error.into(),
    }
}

/// `Jwk::algorithm` looks at alg, kty and crv, and whether the members are there. The octets are decoded where a
/// signature is verified, which then fails: that a key is good, the library cannot be asked.
fn check_key(input: &Value) -> Answer {
    let jwk: Jwk = match serde_json::from_value(input["jwk"].clone()) {
        Ok(jwk) => jwk,
        Err(_) => return Answer::Invalid("invalid_key".into()),
    };
    match jwk.algorithm() {
        Ok(_) => Answer::Unsupported("the library decodes a key where it verifies a signature"),
        Err(KeyProblem::Unsupported(_)) => Answer::Invalid("unsupported_algorithm".into()),
        Err(_) => Answer::Invalid("invalid_key".into()),
    }
}

fn verify_one_token(input: &Value) -> Answer {
    let Some(kind) = token_kind(text(input, "kind")) else {
        return Answer::Unsupported("the library verifies agent, person and auth tokens");
    };
    let token = text(input, "token");
    // The library always compares the token's key with the one that signed the request. A vector without one is about
    // the token alone: the token's own key then.
    let own_key = || {
        let decoded = jwt::decode(token).ok()?;
        let jwk: Jwk = serde_json::from_value(decoded.claims.get("cnf")?.get("jwk")?.clone()).ok()?;
        jwk.thumbprint().ok()
    };
    let bound_to = input["bound_to"].as_str().map(str::to_string).or_else(own_key).unwrap_or_default();
    let accept = [kind];
    let options = VerifyTokenOptions {
        now: input["now"].as_i64().unwrap_or_default(),
        ..VerifyTokenOptions::new(token, &bound_to, text(&input["verifier"], "identifier"), &accept)
    };
    match block_on(verify_token(&options, &resolver(input))) {
        Ok(_) => Answer::Valid(json!({})),
        Err(error) => error.into(),
    }
}

fn mission_digest(input: &Value) -> Answer {
    match URL_SAFE_NO_PAD.decode(text(input, "mission")) {
        Ok(mission) => Answer::Valid(json!({ "s256": aauth_protocol::s256(mission) })),
        Err(_) => Answer::Unsupported("the library digests bytes"),
    }
}

fn parse_requirement(input: &Value) -> Answer {
    // Field lines of one name are one list (RFC 9110, section 5.2).
    let Some(requirement) = Requirement::parse(&texts(input, "fields").join(", ")) else {
        return Answer::Invalid(String::new());
    };
    let parameters = match &requirement {
        Requirement::AuthToken { resource_token } => json!({ "resource-token": resource_token }),
        Requirement::Interaction { url: Some(url), code } => json!({ "url": url, "code": code }),
        Requirement::Interaction { url: None, code } => json!({ "code": code }),
        _ => json!({}),
    };
    Answer::Valid(json!({ "value": requirement.name(), "parameters": parameters }))
}

fn build_requirement(input: &Value) -> Answer {
    let parameters = &input["parameters"];
    let has_only = |names: &[&str]| {
        parameters.as_object().is_none_or(|given| given.keys().all(|name| names.contains(&name.as_str())))
    };
    let optional = |name: &str| parameters[name].as_str().map(str::to_string);
    let requirement = match text(input, "value") {
        "agent-token" if has_only(&[]) => Some(Requirement::AgentToken),
        "person-token" if has_only(&[]) => Some(Requirement::PersonToken),
        "auth-token" if has_only(&["resource-token"]) => {
            optional("resource-token").map(|resource_token| Requirement::AuthToken { resource_token })
        }
        "approval" if has_only(&[]) => Some(Requirement::Approval),
        "interaction" if has_only(&["url", "code"]) => {
            optional("code").map(|code| Requirement::Interaction { url: optional("url"), code })
        }
        "clarification" if has_only(&[]) => Some(Requirement::Clarification),
        "claims" if has_only(&[]) => Some(Requirement::Claims),
        _ => None,
    };
    match requirement {
        Some(requirement) => Answer::Valid(json!({ "field": requirement.to_header() })),
        None => Answer::Unsupported("a requirement that the library's type cannot hold"),
    }
}

/// The codes that the library has, with which it answers.
const CODES: &[&str] = &[
    "invalid_signature",
    "invalid_input",
    "invalid_key",
    "unknown_key",
    "invalid_jwt",
    "unsupported_scheme",
    "unsupported_algorithm",
    "clock_skew",
];

fn build_signature_error(input: &Value) -> Answer {
    let code = CODES.iter().find(|code| **code == text(input, "error"));
    match code {
        Some(code) if texts(input, "required_input").is_empty() => {
            Answer::Valid(json!({ "field": SignatureError::new(code, "").header_value() }))
        }
        Some(_) => Answer::Unsupported("the library writes no required_input"),
        None => Answer::Unsupported("a code that the library does not have"),
    }
}
