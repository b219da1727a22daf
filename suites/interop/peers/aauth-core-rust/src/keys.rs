use aauth_core::httpsig;
use aauth_core::keys::{calculate_jwk_thumbprint, get_key_by_kid, Jwk, PublicKey};
use serde_json::{json, Value};

use crate::answer::{text, Answer};

pub fn thumbprint(input: &Value) -> Answer {
    if !["OKP", "EC", "RSA"].contains(&text(&input["jwk"], "kty")) {
        return Answer::Unsupported("the library makes thumbprints of OKP, EC and RSA keys");
    }
    thumbprint_of(&input["jwk"])
}

fn thumbprint_of(jwk: &Value) -> Answer {
    match Jwk::from_value(jwk).and_then(|jwk| calculate_jwk_thumbprint(&jwk)) {
        Ok(thumbprint) => Answer::Valid(json!({ "thumbprint": thumbprint })),
        Err(error) => error.into(),
    }
}

pub fn check_key(input: &Value) -> Answer {
    match Jwk::from_value(&input["jwk"]).and_then(|jwk| jwk.to_public_key()) {
        Ok(key) => Answer::Valid(json!({ "alg": algorithm(&key) })),
        Err(error) => error.into(),
    }
}

/// The JOSE name of what a key of the library signs with.
pub fn algorithm(key: &PublicKey) -> &'static str {
    match key {
        PublicKey::Ed25519(_) => "Ed25519",
        PublicKey::P256(_) => "ES256",
        PublicKey::P384(_) => "ES384",
    }
}

/// As the library does where it finds a key by its `kid`: it takes it out of the set, then decodes it.
pub fn select_key(input: &Value) -> Answer {
    let Some(jwk) = get_key_by_kid(&input["jwks"], text(input, "kid")) else {
        return Answer::Invalid("unknown_key".into());
    };
    match Jwk::from_value(jwk).and_then(|jwk| jwk.to_public_key()) {
        Ok(_) => thumbprint_of(jwk),
        Err(error) => error.into(),
    }
}

pub fn parse_signature_key(input: &Value) -> Answer {
    match httpsig::parse_signature_keys(text(input, "field")) {
        Ok(keys) => match keys.into_iter().find(|key| key.label == text(input, "label")) {
            Some(key) => Answer::Valid(json!({ "scheme": key.scheme, "parameters": key.params })),
            None => Answer::Invalid(String::new()),
        },
        Err(error) => error.into(),
    }
}
