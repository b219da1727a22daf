use aauth_core::jwt::decode_unverified;
use aauth_core::keys::Jwk;
use aauth_core::tokens::{self, VerifyResourceTokenOptions, VerifyTokenOptions};
use serde_json::Value;

use crate::answer::{text, Answer};
use crate::message::resolver;

pub fn verify_token(input: &Value) -> Answer {
    let keys = resolver(input);
    let token = text(input, "token");
    let identifier = input["verifier"]["identifier"].as_str();
    match text(input, "kind") {
        // Where the library verifies a request, the agent token's own key is what it verifies the signature with.
        "agent-token"
            if input["bound_to"].is_string() && own_thumbprint(token).is_some_and(|own| input["bound_to"] != own) =>
        {
            Answer::Unsupported("verify_agent_token takes no signing key to compare with")
        }
        "agent-token" => Answer::of(tokens::verify_agent_token(token, &keys, None)),
        "auth-token" => {
            let signer = input["bound_to"].as_str().map(|thumbprint| signer(token, thumbprint));
            let options = VerifyTokenOptions {
                expected_typ: Some("aa-auth+jwt"),
                expected_aud: identifier,
                request_signing_jwk: signer.as_ref(),
                ..Default::default()
            };
            Answer::of(tokens::verify_token(token, &keys, &options))
        }
        "resource-token" => {
            let options = VerifyResourceTokenOptions {
                expected_aud: identifier,
                expected_agent_jkt: input["bound_to"].as_str(),
                ..Default::default()
            };
            Answer::of(tokens::verify_resource_token(token, &keys, &options))
        }
        _ => Answer::Unsupported("the library has no such token"),
    }
}

fn own_key(token: &str) -> Option<Jwk> {
    decode_unverified(token).ok()?.cnf_jwk()
}

fn own_thumbprint(token: &str) -> Option<String> {
    own_key(token)?.thumbprint().ok()
}

/// The library compares keys where the vectors name the signer by its thumbprint: the token's own key where that is the
/// one, and another key otherwise.
fn signer(token: &str, thumbprint: &str) -> Jwk {
    let is_signer = own_thumbprint(token).is_some_and(|own| own == thumbprint);
    own_key(token).filter(|_| is_signer).unwrap_or(Jwk {
        kty: "OKP".into(),
        crv: Some("Ed25519".into()),
        x: Some(thumbprint.into()),
        ..Default::default()
    })
}

fn only(expected: &Value, names: &[&str]) -> bool {
    expected.as_object().is_none_or(|expected| expected.keys().all(|name| names.contains(&name.as_str())))
}

pub fn verify_challenge(input: &Value) -> Answer {
    let expected = &input["expected"];
    if !only(expected, &["iss", "aud", "agent", "agent_jkt"]) {
        return Answer::Unsupported("the library compares iss, aud, agent and agent_jkt");
    }
    let options = VerifyResourceTokenOptions {
        expected_iss: expected["iss"].as_str(),
        expected_aud: expected["aud"].as_str(),
        expected_agent: expected["agent"].as_str(),
        expected_agent_jkt: expected["agent_jkt"].as_str(),
    };
    Answer::of(tokens::verify_resource_token(text(input, "token"), &resolver(input), &options))
}

pub fn verify_grant(input: &Value) -> Answer {
    let expected = &input["expected"];
    if !only(expected, &["iss", "aud", "agent", "cnf"]) {
        return Answer::Unsupported("the library compares iss, aud, agent and cnf");
    }
    let token = text(input, "token");
    let signer = expected["cnf"].as_str().map(|thumbprint| signer(token, thumbprint));
    let options = VerifyTokenOptions {
        expected_typ: Some("aa-auth+jwt"),
        expected_iss: expected["iss"].as_str(),
        expected_aud: expected["aud"].as_str(),
        expected_agent: expected["agent"].as_str(),
        request_signing_jwk: signer.as_ref(),
    };
    Answer::of(tokens::verify_token(token, &resolver(input), &options))
}
