"""Vector adapter of regent-httpsig: it verifies and signs requests, and builds two requirements."""

import asyncio
import base64
import datetime
import json
import logging
import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

import jwt
import regent_httpsig
from cryptography.hazmat.primitives.asymmetric import ed25519
from regent_httpsig import HttpsigConfig, HttpsigVerifier, VerificationError
from regent_httpsig.sfv import parse_signature_key_header

import vector_adapter
from vector_adapter import Refused, Unsupported, body_of, header_map, set_clock


# The library admits only hosts whose addresses are public; here every host is one, and no address is ever dialled.
def resolve(host, port, *_, **__):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port or 443))]


socket.getaddrinfo = resolve


class Clock(datetime.datetime):
    """What PyJWT reads the time from, where it checks nbf."""

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(vector_adapter.time.time(), tz)


jwt.api_jwt.datetime = Clock


class Documents:
    """What the library takes as httpx client: answers from the documents of the input."""

    def __init__(self, documents):
        self.documents = documents

    async def get(self, url, **_):
        if url not in self.documents:
            raise OSError(f"nothing at {url}")
        document = self.documents[url]
        return Response((document if isinstance(document, str) else json.dumps(document)).encode())


class Response:
    def __init__(self, content):
        self.content = content

    def raise_for_status(self):
        pass

    def json(self):
        return json.loads(self.content)


events = asyncio.new_event_loop()
SCHEMES = {"aauth": "agent-token", "aauth-person": "person-token", "aauth-auth": "auth-token"}
TRUSTED = ("https://ps.example", "https://as.example")  # the library takes auth tokens of issuers that it is told of


def verify_request(given):
    """Which of the schemes, tokens and algorithms that it knows are taken is left to its caller."""
    set_clock(given)
    message, verifier, documents = given["message"], given["verifier"], given["documents"]
    if not {"jwt", "jwks_uri"}.issuperset(verifier["schemes"]):
        raise Unsupported("it implements jwt and jwks_uri")
    accepted = verifier.get("tokens", [])
    trusted = TRUSTED if "auth-token" in accepted else []
    body = body_of(message) if wants_body(verifier) else None
    covered = [*HttpsigConfig().required_components, *verifier.get("also_covered", [])]
    library = HttpsigVerifier(
        HttpsigConfig(
            signature_window_seconds=verifier.get("window", 60),
            required_components=tuple(dict.fromkeys(covered)),
            resource_url=verifier["identifier"] if {"person-token", "auth-token"} & set(accepted) else None,
            trusted_ps={issuer: "" for issuer in trusted},
        ),
        http_client=Documents(documents),
    )
    headers = header_map(message["headers"])
    verify = library.verify_server if verifier.get("servers") else library.verify_detailed
    found = events.run_until_complete(verify(message["method"], message["url"], headers, body))
    if found is None:
        raise Refused()  # no Signature: nobody is known to have signed
    if isinstance(found, VerificationError):
        raise Refused(found.code)
    if found.scheme == "aauth-server":
        if not verifier.get("servers"):
            raise Unsupported("a server's signature is left to the caller")
        return {"thumbprint": regent_httpsig.jwk_thumbprint(published(documents, found.keyid))}
    if SCHEMES[found.scheme] not in accepted or key_algorithm(headers) not in verifier["accepts"]:
        raise Unsupported("which tokens and algorithms are taken is left to the caller")
    return {"thumbprint": found.keyid}


def wants_body(verifier):
    """Whether the caller hands over the body: that is how it asks for content-digest, and content-type with it."""
    also = verifier.get("also_covered", [])
    if verifier.get("servers") or verifier["role"] != "resource":
        return True
    if ("content-digest" in also) != ("content-type" in also):
        raise Unsupported("it asks for content-digest and content-type, or for neither")
    return "content-digest" in also


def published(documents, kid):
    """The key of this kid, by which the library names the key of a server."""
    keys = (key for document in documents.values() if isinstance(document, dict) for key in document.get("keys", []))
    return next(key for key in keys if isinstance(key, dict) and key.get("kid") == kid)


def key_algorithm(headers):
    """Of the key in the token of an accepted request."""
    _, token = parse_signature_key_header(vector_adapter.header(headers, "signature-key"))
    return jwt.decode(token, options={"verify_signature": False})["cnf"]["jwk"]["alg"]


def verify_token(given):
    """Of a request that carries the token, and whose signature is of nobody: when that is all that is wrong, the token
    was taken."""
    set_clock(given)
    token, documents = given["token"], given["documents"]
    if given["kind"] == "resource-token" or given["kind"] not in SCHEMES.values():
        raise Unsupported("it is a resource's verifier")
    headers = {
        "Signature-Key": f'sig=jwt;jwt="{token}"',
        "Signature-Input": 'sig=("@method" "@authority" "@path" "signature-key");created=' + str(given["now"]),
        "Signature": "sig=:" + base64.b64encode(bytes(64)).decode() + ":",
    }
    config = HttpsigConfig(resource_url=given["verifier"]["identifier"], trusted_ps={issuer: "" for issuer in TRUSTED})
    library = HttpsigVerifier(config, http_client=Documents(documents))
    found = events.run_until_complete(library.verify_detailed("GET", "https://rs.example/", headers))
    if found.detail == "Signature-Key header is malformed":
        raise Unsupported("no request can carry this token")
    if not found.detail.startswith("proof of possession failed"):
        raise Refused(found.code)
    header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})
    if TYPES[header["typ"]] != given["kind"]:
        raise Unsupported("which tokens are taken is left to the caller")
    if "bound_to" in given and regent_httpsig.jwk_thumbprint(claims["cnf"]["jwk"]) != given["bound_to"]:
        raise Unsupported("that is for the signature of the request to say")


TYPES = {"aa-agent+jwt": "agent-token", "aa-person+jwt": "person-token", "aa-auth+jwt": "auth-token"}


# What it does only within a request, asked for by a request of a server that this process signs.

SERVER, NAME = "https://signer.example", "aauth-person.json"
SEED = regent_httpsig.generate_seed()
SIGNER = regent_httpsig.ServerSigner(seed=SEED, server_id=SERVER, dwk=NAME, kid="k")
KEY = ed25519.Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(SEED + "="))


def signed_by_server(more, body, jwks):
    """What the library says of a POST with these fields, all covered."""
    headers = {"Signature-Key": SIGNER.signature_key_header(), **more}
    covered = [*HttpsigConfig().required_components, *(name.lower() for name in more)]
    sent = regent_httpsig.sign_request(KEY, "POST", "https://rs.example/", headers, covered=tuple(covered))
    documents = {
        f"{SERVER}/.well-known/{NAME}": {"issuer": SERVER, "jwks_uri": f"{SERVER}/jwks"},
        f"{SERVER}/jwks": jwks,
    }
    library = HttpsigVerifier(http_client=Documents(documents))
    return events.run_until_complete(library.verify_server("POST", "https://rs.example/", sent, body))


def content_digest(given):
    fields = {"Content-Digest": given["field"], "Content-Type": "text/plain"}
    found = signed_by_server(fields, base64.b64decode(given["body"]), SIGNER.jwks())
    if isinstance(found, VerificationError):
        raise Refused(found.code)


def check_key(given):
    """The signature is of another key: when that is all that is wrong, the key was taken."""
    if not isinstance(given["jwk"], dict):
        raise Unsupported("no JWKS has such an entry")
    found = signed_by_server({}, None, {"keys": [{**given["jwk"], "kid": "k"}]})
    if found.code != "invalid_signature":
        raise Refused(found.code)
    return {"alg": given["jwk"]["alg"]}


def sign(given):
    message, parameters = given["message"], given["parameters"]
    if not set(parameters) <= {"created", "expires"}:
        raise Unsupported("sign_request has no parameters but created and expires")
    if "@request-target" in given["components"]:
        raise Unsupported("sign_request does not make @request-target")
    headers = header_map(message["headers"])
    if "signature_key" in given:
        headers["Signature-Key"] = given["signature_key"]
    made = regent_httpsig.sign_request(
        vector_adapter.private_key(given["key"], ("P-256",)),
        message["method"],
        message["url"],
        headers,
        covered=tuple(given["components"]),
        label=given.get("label", "sig"),
        **parameters,
    )
    return {"headers": {name: made[name] for name in ("Signature-Input", "Signature")}}


def thumbprint(given):
    if isinstance(given["jwk"], dict) and given["jwk"].get("kty") == "oct":
        raise Unsupported("it knows public keys")
    return {"thumbprint": regent_httpsig.jwk_thumbprint(given["jwk"])}


OTHER_SCHEMES = ("hwk", "jkt-jwt", "jwks", "self-jwt", "x509", "cached")


def parse_signature_key(given):
    """Its parser gives [] for a field that it can't read. What a scheme wants of its parameters verify_detailed says of
    the first member, before it misses Signature-Input."""
    members = regent_httpsig.parse_signature_key(given["field"])
    found = [(scheme, parameters) for label, scheme, parameters in members if label == given["label"]]
    if not found:
        raise Refused()
    scheme, parameters = found[0]
    if scheme in OTHER_SCHEMES:
        raise Unsupported(f"it does not implement {scheme}")
    if members[0][0] == given["label"]:
        headers = {"Signature": "sig=:AA==:", "Signature-Key": given["field"]}
        library = HttpsigVerifier(http_client=Documents({}))
        said = events.run_until_complete(library.verify_detailed("GET", "https://rs.example/", headers))
        if said.code != "invalid_signature":
            raise Refused(said.code)
    return {"scheme": scheme, "parameters": parameters}


def build_requirement(given):
    value, parameters = given["value"], given.get("parameters", {})
    if value == "person-token" and not parameters:
        return {"field": regent_httpsig.build_person_token_requirement()}
    if value == "auth-token" and set(parameters) == {"resource-token"}:
        return {
            "field": regent_httpsig.build_aauth_requirement(reason=None, resource_token=parameters["resource-token"])
        }
    raise Unsupported("no function builds this requirement")


logging.disable()
vector_adapter.serve(
    "regent-httpsig",
    regent_httpsig.__version__,
    {
        "verify-request": verify_request,
        "verify-token": verify_token,
        "sign": sign,
        "content-digest": content_digest,
        "check-key": check_key,
        "thumbprint": thumbprint,
        "parse-signature-key": parse_signature_key,
        "build-requirement": build_requirement,
    },
    lambda error: "" if isinstance(error, ValueError) else None,
)
