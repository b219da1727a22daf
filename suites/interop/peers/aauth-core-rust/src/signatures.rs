use aauth_core::httpsig::{self, SigScheme, SignOptions};
use aauth_core::jwt::decode_unverified;
use aauth_core::keys::{get_key_by_kid, Jwk, JwksResolver, PrivateKey};
use aauth_core::resource::RequestVerifier;
use aauth_core::signing::{verify_signature, VerifyOptions};
use aauth_core::AAuthError;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use serde_json::{json, Value};

use crate::answer::{text, texts, Answer};
use crate::keys::algorithm;
use crate::message::{resolver, Message};

const NO_MESSAGE: Answer = Answer::Unsupported("a message that the library's types cannot hold");

pub fn signature_base(input: &Value) -> Answer {
    let Some(message) = Message::from_json(&input["message"]) else {
        return NO_MESSAGE;
    };
    let field = match input["signature_input"].as_str() {
        Some(value) => format!("sig={value}"),
        None => message.header("signature-input").unwrap_or_default().to_string(),
    };
    let label = input["label"].as_str().unwrap_or("sig");
    let base = match httpsig::parse_signature_input(&field) {
        Ok(input) if input.label != label => return Answer::Invalid(String::new()),
        Ok(input) => httpsig::build_signature_base(&message.parts(), &input.components, &input.serialized_params),
        // Of several signatures, the library makes the base where it verifies one: the other two fields are stand-ins.
        Err(_) => {
            let (signature, key) = (format!("{label}=:AA==:"), format!("{label}=hwk"));
            httpsig::prepare_verification(&message.parts(), &field, &signature, &key, Some(label))
                .map(|prepared| prepared.signature_base)
        }
    };
    match base {
        Ok(base) => Answer::Valid(json!({ "base": base })),
        Err(error) => refusal(error, &field),
    }
}

/// Component parameters and two derived components are "not yet supported" by the library: no verdict.
fn refusal(error: httpsig::Error, field: &str) -> Answer {
    let words = match &error {
        httpsig::Error::InvalidComponent { message, .. } => message,
        httpsig::Error::InvalidField { message, .. } if message == "component must be a string" => message,
        _ => return error.into(),
    };
    match words.as_str() {
        "component parameters are not yet supported" | "unsupported derived component" => {
            Answer::Unsupported("a component that the library does not support")
        }
        "component must be a string" if field.contains("\";") => {
            Answer::Unsupported("a component that the library does not support")
        }
        _ => error.into(),
    }
}

pub fn sign(input: &Value) -> Answer {
    let Some(mut message) = Message::from_json(&input["message"]) else {
        return NO_MESSAGE;
    };
    let Some(key) = ed25519_key(&input["key"]) else {
        return Answer::Unsupported("a private key that the library does not read");
    };
    if input["parameters"].as_object().is_none_or(|parameters| parameters.keys().any(|name| name != "created")) {
        return Answer::Unsupported("the library writes no parameter but created");
    }
    let signature_key = text(input, "signature_key");
    let Ok(parsed) = httpsig::parse_signature_key(signature_key) else {
        return Answer::Unsupported("a Signature-Key that the library does not write");
    };
    let param = |name: &str| parsed.param(name).unwrap_or_default();
    let scheme = match parsed.scheme.as_str() {
        "hwk" => SigScheme::Hwk,
        "jwt" => SigScheme::Jwt { jwt: param("jwt") },
        "jkt-jwt" => SigScheme::JktJwt { jwt: param("jwt") },
        "jwks_uri" => SigScheme::JwksUri { id: param("id"), dwk: param("dwk"), kid: param("kid") },
        _ => return Answer::Unsupported("a Signature-Key that the library does not write"),
    };
    let options = SignOptions {
        label: text(input, "label").to_string(),
        covered_components: texts(input, "components").into_iter().map(str::to_string).collect(),
        created: input["parameters"]["created"].as_i64(),
    };
    // The library puts its Signature-Key into the headers under its own spelling of the name.
    message.headers.remove("signature-key");
    let body = message.body.clone();
    let signed = httpsig::sign_request(
        &message.method,
        &message.url,
        &mut message.headers,
        body.as_deref(),
        &key,
        &scheme,
        &options,
    );
    match signed {
        Ok(made) if made.signature_key != signature_key => {
            Answer::Unsupported("a Signature-Key that the library does not write")
        }
        Ok(made) => Answer::Valid(json!({ "headers": {
            "Signature-Input": made.signature_input,
            "Signature": made.signature,
        }})),
        Err(error) => refusal(error, ""),
    }
}

/// The library reads private keys as PKCS #8, whose form for Ed25519 is a fixed prefix and the seed (RFC 8410).
fn ed25519_key(jwk: &Value) -> Option<PrivateKey> {
    let seed = URL_SAFE_NO_PAD.decode(jwk["d"].as_str()?).ok()?;
    if jwk["kty"] != "OKP" || seed.len() != 32 {
        return None;
    }
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend(seed);
    PrivateKey::from_pkcs8_der(&der).ok()
}

pub fn verify(input: &Value) -> Answer {
    let Some(message) = Message::from_json(&input["message"]) else {
        return NO_MESSAGE;
    };
    let key = match Jwk::from_value(&input["public_key"]).and_then(|jwk| jwk.to_public_key()) {
        Ok(key) => key,
        Err(error) => return error.into(),
    };
    // The library looks for a Signature-Key of the same label even where the key is already known.
    let label = input["label"].as_str();
    let stand_in = format!("{}=hwk", label.unwrap_or("sig"));
    let prepared = httpsig::prepare_verification(
        &message.parts(),
        message.header("signature-input").unwrap_or_default(),
        message.header("signature").unwrap_or_default(),
        message.header("signature-key").unwrap_or(&stand_in),
        label,
    );
    match prepared.and_then(|prepared| prepared.verify(&key)) {
        Ok(()) => Answer::Valid(json!({})),
        Err(error) => refusal(error, message.header("signature-input").unwrap_or_default()),
    }
}

/// `RequestVerifier`, the library's way for a resource. What it cannot be told, and accepts, is no verdict on the vector.
pub fn verify_request(input: &Value) -> Answer {
    let Some(message) = Message::from_json(&input["message"]) else {
        return NO_MESSAGE;
    };
    let verifier = &input["verifier"];
    let tokens = texts(verifier, "tokens");
    if !["resource", "agent-provider"].contains(&text(verifier, "role")) || verifier["servers"] == true {
        return Answer::Unsupported("the library verifies agents' requests for a resource");
    }
    let pseudonym = texts(verifier, "schemes").iter().any(|scheme| ["hwk", "jkt-jwt"].contains(scheme));
    if verifier["window"].as_i64().is_some_and(|window| window != 60) {
        return Answer::Unsupported("RequestVerifier's window is 60 seconds");
    }
    if !texts(verifier, "also_covered").is_empty() {
        return Answer::Unsupported("RequestVerifier cannot ask for further components");
    }
    if tokens.contains(&"person-token") {
        return Answer::Unsupported("the library has no person tokens");
    }
    let identifier = text(verifier, "identifier");
    let authority = identifier.split_once("://").map_or(identifier, |(_, rest)| rest);
    let keys = resolver(input);
    let verified = RequestVerifier::new(vec![authority.to_string()])
        .with_resource_id(identifier)
        .with_jwks_resolver(&keys)
        .verify_request(
            &message.method,
            &message.url,
            &message.headers,
            message.body.as_deref(),
            !pseudonym,
            tokens == ["auth-token"],
        );
    if !verified.valid {
        return Answer::Invalid(code_of_refusal(input, &message));
    }
    let Some(signer) = signer(input, &message) else {
        return Answer::Valid(json!({}));
    };
    if !texts(verifier, "schemes").contains(&signer.scheme.as_str()) {
        return Answer::Unsupported("RequestVerifier cannot be told which schemes are welcome");
    }
    if !texts(verifier, "accepts").contains(&signer.algorithm) {
        return Answer::Unsupported("RequestVerifier cannot be told which algorithms are welcome");
    }
    if signer.token.is_some_and(|kind| !tokens.contains(&kind)) {
        return Answer::Unsupported("RequestVerifier cannot be told that an auth token is not welcome");
    }
    Answer::Valid(json!({ "thumbprint": signer.thumbprint }))
}

/// `RequestVerifier` has words only. The code is that of `verify_signature`, where that is what refuses with one.
fn code_of_refusal(input: &Value, message: &Message) -> String {
    let header = |name: &str| message.header(name);
    let (Some(signature_input), Some(signature), Some(signature_key)) =
        (header("signature-input"), header("signature"), header("signature-key"))
    else {
        return String::new();
    };
    let keys = resolver(input);
    let options = VerifyOptions { jwks_resolver: Some(&keys), ..Default::default() };
    let verified = verify_signature(
        &message.method,
        &message.url,
        &message.headers,
        message.body.as_deref(),
        signature_input,
        signature,
        signature_key,
        &options,
    );
    match verified {
        Err(AAuthError::Signature { error_code, .. }) => error_code.to_string(),
        _ => String::new(),
    }
}

/// What signed a request that was accepted: `RequestVerifier` does not say.
struct Signer {
    scheme: String,
    token: Option<&'static str>,
    thumbprint: String,
    algorithm: &'static str,
}

fn signer(input: &Value, message: &Message) -> Option<Signer> {
    let key = httpsig::parse_signature_key(message.header("signature-key")?).ok()?;
    let (jwk, token) = match key.scheme.as_str() {
        "jwt" => {
            let token = decode_unverified(key.param("jwt")?).ok()?;
            let kind = if token.typ() == Some("aa-auth+jwt") { "auth-token" } else { "agent-token" };
            (token.cnf_jwk()?, Some(kind))
        }
        "jkt-jwt" => (decode_unverified(key.param("jwt")?).ok()?.cnf_jwk()?, None),
        "jwks_uri" => {
            let jwks = resolver(input).resolve(key.param("id")?, key.param("dwk"), key.param("kid"))?;
            (Jwk::from_value(get_key_by_kid(&jwks, key.param("kid")?)?).ok()?, None)
        }
        _ => (key.hwk_jwk().ok()?, None),
    };
    let algorithm = algorithm(&jwk.to_public_key().ok()?);
    Some(Signer { scheme: key.scheme, token, thumbprint: jwk.thumbprint().ok()?, algorithm })
}
