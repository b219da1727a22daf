"""Vector adapter of aauth-signing: signature bases, signing, keys and the Signature-Key field.

What needs discovery of an issuer's keys (verifying requests and tokens) is in ../aauth-python: this package leaves
discovery to its caller, and the package aauth brings it.
"""

import base64
import importlib.metadata
import pathlib
import sys
import time
from urllib.parse import urlsplit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

import aauth_signing
from aauth_signing.errors import AAuthError, SignatureError
from aauth_signing.keys.jwk import calculate_jwk_thumbprint
from aauth_signing.keys.keypair import generate_ed25519_keypair
from aauth_signing.tokens.common import parse_jwt, validate_algorithm

import vector_adapter
from vector_adapter import Refused, Unsupported, body_of, header, header_map


OTHER_COMPONENTS = ("@target-uri", "@scheme", "@request-target", "@query-param", "@status")  # of RFC 9421


def signature_base(given):
    message = given["message"]
    if "url" not in message:
        raise Unsupported("it makes bases of requests")
    headers = header_map(message["headers"])
    if "signature_input" in given:
        label, parameters = "sig", given["signature_input"]
    else:
        label = given["label"]
        field = header(headers, "signature-input")
        if not field.startswith(label + "="):
            raise Unsupported("it reads a Signature-Input of one label")
        parameters = field[len(label) + 1 :]
    components = components_of(f"{label}={parameters}")
    url = urlsplit(message["url"])
    base = aauth_signing.build_signature_base(
        method=message["method"],
        authority=url.netloc,
        path=url.path or "/",
        query=url.query or None,
        headers=headers,
        body=body_of(message),
        signature_key_header=header(headers, "signature-key"),
        covered_components=components,
        signature_params=parameters,
    )
    return {"base": base}


def components_of(signature_input):
    try:
        components, _ = aauth_signing.parse_signature_input(signature_input)
    except ValueError as error:
        if "one signature label" in str(error):
            raise Unsupported(str(error)) from None
        raise
    others = [name for name in components if name in OTHER_COMPONENTS]
    if others:
        raise Unsupported(f"it does not make {', '.join(others)}")
    return components


def sign(given):
    """sign_request chooses the order of the components and writes Signature-Key itself: others are not offered."""
    message, components, parameters = given["message"], given["components"], given["parameters"]
    if "signature_key" not in given or given["label"] != "sig" or set(parameters) != {"created"}:
        raise Unsupported("sign_request always sends Signature-Key, label sig, and created alone")
    key = aauth_signing.parse_signature_key(given["signature_key"])
    vector_adapter.set_clock({"now": parameters["created"]})
    made = aauth_signing.sign_request(
        message["method"],
        message["url"],
        header_map(message["headers"]),
        body_of(message),
        vector_adapter.private_key(given["key"], ("P-256", "P-384")),
        sig_scheme=key["scheme"],
        additional_signature_components=[
            name for name in components if name not in ("@method", "@authority", "@path", "@query", "signature-key")
        ],
        **key["params"],
    )
    asked, _ = aauth_signing.parse_signature_input(made["Signature-Input"])
    if asked != components or made["Signature-Key"] != given["signature_key"]:
        raise Unsupported("sign_request chooses the order of components and writes Signature-Key itself")
    return {"headers": {name: made[name] for name in ("Signature-Input", "Signature")}}


def verify_request(given):
    """Under the schemes that carry their key with them; ../aauth-python has those that need discovery."""
    verifier, message = given["verifier"], given["message"]
    headers = header_map(message["headers"])
    field = header(headers, "signature-key")
    taken = {"hwk", "jkt-jwt"}.intersection(verifier["schemes"])
    if not taken:
        raise Unsupported("that needs discovery: it is in ../aauth-python")
    key = aauth_signing.parse_signature_key(field)
    if key["scheme"] not in taken:
        raise Unsupported("which schemes are taken is fixed")
    vector_adapter.set_clock(given)
    required = ["@method", "@authority", "@path", "signature-key", *verifier.get("also_covered", [])]
    if not aauth_signing.verify_signature(
        message["method"],
        message["url"],
        headers,
        body_of(message),
        header(headers, "signature-input"),
        header(headers, "signature"),
        field,
        required_components=required,
        signature_window=verifier.get("window", 60),
    ):
        raise Refused()
    jwk = key["params"] if key["scheme"] == "hwk" else parse_jwt(key["params"]["jwt"])[1]["cnf"]["jwk"]
    return {"thumbprint": calculate_jwk_thumbprint(jwk)}


def content_digest(given):
    """By verify_signature, of a request under hwk that covers the field."""
    url, headers = "https://rs.example/", {"Content-Digest": given["field"]}
    body = base64.b64decode(given["body"])
    key = aauth_signing.build_signature_key_header("hwk", KEY)
    components = ["@method", "@authority", "@path", "content-digest", "signature-key"]
    parameters = aauth_signing.build_signature_params(components, int(time.time()))
    base = aauth_signing.build_signature_base(
        "POST", "rs.example", "/", None, headers, body, key, components, parameters
    )
    signature = aauth_signing.build_signature_header(KEY.sign(base.encode()))
    if not aauth_signing.verify_signature("POST", url, headers, body, f"sig={parameters}", signature, key):
        raise Refused()


KEY, _ = generate_ed25519_keypair()


def thumbprint(given):
    if isinstance(given["jwk"], dict) and given["jwk"].get("kty") == "oct":
        raise Unsupported("it knows public keys")
    return {"thumbprint": calculate_jwk_thumbprint(given["jwk"])}


def check_key(given):
    if not isinstance(given["jwk"], dict):
        raise Unsupported("its callers see to it that a JWK is an object")
    return {"alg": validate_algorithm(given["jwk"])}


NOT_JUDGED = ("jkt-jwt", "jwks", "self-jwt", "x509", "cached")


class KeysAskedFor(BaseException):
    """verify_signature has read the parameters and wants the issuer's keys."""


def parse_signature_key(given):
    """By parse_signature_key, which reads one member. What a scheme wants of its parameters verify_signature says: when
    it looks up the issuer's keys, or finds that the signature is not of the key, they were good."""
    field, label = given["field"], given["label"]
    parsed = aauth_signing.parse_signature_key(field)
    if parsed["label"] != label:
        raise Unsupported("parse_signature_key reads one member, whatever its label")
    if parsed["scheme"] in NOT_JUDGED:
        raise Unsupported(f"{parsed['scheme']} is not implemented, or needs a whole delegation to be judged")
    parameters = aauth_signing.build_signature_params(
        ["@method", "@authority", "@path", "signature-key"], int(time.time())
    )
    signature = aauth_signing.build_signature_header(bytes(64), label)
    try:
        aauth_signing.verify_signature(
            "GET", "https://rs.example/", {}, None, f"{label}={parameters}", signature, field, jwks_fetcher=ask_for_keys
        )
        good = parsed["scheme"] == "hwk"
    except KeysAskedFor:
        good = True
    except SignatureError as error:
        good = "missing issuer or dwk" in str(error)  # of the token, not of the parameters
        if not good:
            raise
    if not good:
        raise Refused()
    return {"scheme": parsed["scheme"], "parameters": parsed["params"]}


def ask_for_keys(*_):
    raise KeysAskedFor


def refusal(error):
    if isinstance(error, AAuthError):
        return error.error_code or ""
    return "" if isinstance(error, ValueError) else None  # what its parse functions document


vector_adapter.serve(
    "aauth-signing",
    importlib.metadata.version("aauth-signing"),
    {
        "signature-base": signature_base,
        "sign": sign,
        "verify-request": verify_request,
        "content-digest": content_digest,
        "thumbprint": thumbprint,
        "check-key": check_key,
        "parse-signature-key": parse_signature_key,
    },
    refusal,
)
