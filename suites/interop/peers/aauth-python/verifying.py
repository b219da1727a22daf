"""Requests, tokens and keys."""

from urllib.parse import urlsplit

import aauth
from aauth.tokens.common import validate_algorithm

import vector_adapter
from documents import keys_from, run
from vector_adapter import Refused, Unsupported, body_of, header_map, issuers, set_clock

TYPES = {kind: f"aa-{kind.removesuffix('-token')}+jwt" for kind in ("agent-token", "person-token", "auth-token")}
ACCESS, PERSON = "aauth-access.json", "aauth-person.json"


def thumbprint_of(claims):
    return aauth.calculate_jwk_thumbprint(claims["cnf"]["jwk"])


def message_of(given):
    """Method, URL, headers and body, as the verifying functions take them."""
    message = given["message"]
    return message["method"], message["url"], header_map(message["headers"]), body_of(message)


def verify_request(given):
    set_clock(given)
    verifier = given["verifier"]
    return server_request(given) if verifier.get("servers") else agent_request(given)


def agent_request(given):
    """By RequestVerifier, which is a resource's; each kind of token is switched on by its trusted issuers."""
    verifier, documents = given["verifier"], given["documents"]
    if verifier.get("role", "resource") != "resource" or verifier["schemes"] != ["jwt"]:
        raise Unsupported("RequestVerifier is a resource's, for agents")
    accepted = verifier.get("tokens", [])
    persons, servers = issuers(documents, PERSON), issuers(documents, PERSON, ACCESS)
    request = aauth.RequestVerifier(
        canonical_authorities=[urlsplit(verifier["identifier"]).netloc],
        jwks_fetcher=keys_from(documents),
        trusted_auth_servers=servers if "auth-token" in accepted else [],
        trusted_person_servers=persons if "person-token" in accepted else ["https://no-person-server.example"],
        resource_id=verifier["identifier"],
        additional_signature_components=verifier.get("also_covered", []),
        session_token_verifier=lambda token, thumbprint: True,  # which ones it gave out only a resource knows
        signature_window=verifier.get("window", 60),
    )
    if key_algorithm(given) in {"Ed25519", "ES256", "ES384"} - set(verifier["accepts"]):
        raise Unsupported("which algorithms are taken is fixed")
    found = request.verify_request(
        *message_of(given),
        require_identity=accepted == ["agent-token"],
        require_person_token=accepted == ["person-token"],
        require_auth_token=accepted == ["auth-token"],
    )
    if not found["valid"]:
        raise Refused(found["error_code"])
    return {"thumbprint": thumbprint_of(found["claims"])}


def key_algorithm(given):
    """Of the key in the token, as it says; None where nothing can be read."""
    try:
        field = vector_adapter.header(message_of(given)[2], "signature-key")
        token = aauth.parse_signature_key(field)["params"]["jwt"]
        return aauth.parse_token_claims(token)["payload"]["cnf"]["jwk"]["alg"]
    except Exception:  # then RequestVerifier says what is wrong with it
        return None


def server_request(given):
    """By RevocationManager, where aauth takes requests of servers: a 401 is its answer to a bad signature."""
    documents = given["documents"]
    manager = aauth.RevocationManager(
        given["verifier"]["identifier"], "resource", aauth.RevocationStore(), None, issuers(documents, PERSON, ACCESS)
    )
    method, url, headers, body = message_of(given)
    answered = run(manager.handle_request(method, url, headers, body or b"", keys_from(documents)))
    if answered.status_code == 401:
        raise Refused(aauth.parse_signature_error(answered.headers["Signature-Error"])["error"])
    key = aauth.parse_signature_key(vector_adapter.header(headers, "signature-key"))["params"]
    jwks = keys_from(documents)(key["id"], key["dwk"], key["kid"])
    return {"thumbprint": aauth.calculate_jwk_thumbprint(aauth.JWKSFetcher().get_key_by_kid(jwks, key["kid"]))}


# Keys and tokens


def select_key(given):
    """As its verifying functions do: by kid, then the key is checked."""
    key = aauth.JWKSFetcher().get_key_by_kid(given["jwks"], given["kid"])
    if key is None:
        raise Refused("unknown_key")
    validate_algorithm(key)
    return {"thumbprint": aauth.calculate_jwk_thumbprint(key)}


def verify_token(given):
    set_clock(given)
    keys, audience = keys_from(given["documents"]), given["verifier"]["identifier"]
    if given["kind"] == "resource-token":
        claims = resource_token(
            given["token"], keys, expected_aud=audience, expected_agent_jkt=given.get("bound_to")
        )
        if given["verifier"].get("role") == "person-server":
            only_asked_for(claims, {"ps": audience}, "verify_resource_token compares ps with the presented token first")
        return None
    claims = aauth.verify_token(given["token"], keys, expected_typ=TYPES[given["kind"]], expected_aud=audience)
    if "bound_to" in given and thumbprint_of(claims) != given["bound_to"]:
        raise Unsupported("verify_token compares cnf with a key, not with a thumbprint")
    return None


def resource_token(token, keys, **expected):
    """verify_resource_token checks the resource token first, then the presented one, which no vector has: what it says
    of that (its codes name a presented token, or no token at all) is not asked here."""
    try:
        aauth.verify_resource_token(token, keys, presented_token="", **expected)
    except aauth.TokenError as error:
        if (error.error_code or "").endswith("_resource_token"):
            raise
    return aauth.parse_token_claims(token)["payload"]


def verify_challenge(given):
    set_clock(given)
    expected = given["expected"]
    claims = resource_token(
        given["token"],
        keys_from(given["documents"]),
        expected_iss=expected.get("iss"),
        expected_agent_jkt=expected.get("agent_jkt"),
    )
    only_asked_for(
        claims,
        {name: value for name, value in expected.items() if name not in ("iss", "agent_jkt")},
        "verify_resource_token compares these with the presented token itself",
    )


def verify_grant(given):
    set_clock(given)
    expected = given["expected"]
    claims = aauth.verify_token(
        given["token"],
        keys_from(given["documents"]),
        expected_typ=TYPES["auth-token"],
        expected_iss=expected.get("iss"),
        expected_aud=expected.get("aud"),
    )
    only_asked_for(
        {**claims, "cnf": thumbprint_of(claims)},
        {name: value for name, value in expected.items() if name not in ("iss", "aud")},
        "only exchange_resource_token compares these",
    )


def only_asked_for(claims, expected, reason):
    """Where the library accepted without having been told what to expect, its verdict stands only if that is there."""
    if any(claims.get(name) != value for name, value in expected.items()):
        raise Unsupported(reason)
