"""A resource on aauth 0.5.0: python resource.py PORT IDENTIFIER [ACCESS_SERVER]

Serves HTTP on 127.0.0.1:PORT behind something that ends TLS at IDENTIFIER. Takes what the verifier of the package takes,
and answers with its challenges, resource tokens and documents:

    /agent       an agent token
    /person      a person token
    /data        an auth token of the agent's person server
    /federated   an auth token of ACCESS_SERVER
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx
from aauth import (AAuthError, ChallengeBuilder, RequestVerifier, build_signature_error, generate_ed25519_keypair,
                   generate_jwks, generate_resource_metadata, jwk_to_public_key, parse_signature_key, public_key_to_jwk)
from aauth.headers.aauth_header import HEADER_SIGNATURE_ERROR

from parties import Keys, http_client

KID = "resource-1"
SCOPE = "data.read"
AGENT, PERSON, AUTH = "aa-agent+jwt", "aa-person+jwt", "aa-auth+jwt"


def names_of_lab():
    """The verifier wants the list of person and access servers whose tokens it takes: here, every name of the lab."""
    with open(os.path.join(os.environ["AAUTH_LAB"], "hosts")) as hosts:
        return ["https://" + line.split()[1] for line in hosts if line.strip()]


class Resource:
    def __init__(self, identifier, access_server):
        self.identifier = identifier
        self.access_server = access_server
        self.key, public = generate_ed25519_keypair()
        self.jwks = generate_jwks([public_key_to_jwk(public, KID)])
        self.keys = Keys(http_client(httpx.create_ssl_context()))
        self.verifier = RequestVerifier(
            [urlsplit(identifier).netloc], self.keys, names_of_lab(), resource_id=identifier)
        self.metadata = generate_resource_metadata(
            identifier, jwks_uri=identifier + "/.well-known/jwks.json", client_name="aauth 0.5.0",
            scope_descriptions={SCOPE: "Read the data."}, access_mode="agent-token")

    def challenge(self, verified, headers, audience, **wanted):
        """401 with what is missing; a resource token is for the token that came with this request."""
        key = presented = None
        if verified["token_type"] in (PERSON, AUTH):
            presented = parse_signature_key(headers["signature-key"])["params"]["jwt"]
            key = jwk_to_public_key(verified["claims"]["cnf"]["jwk"])
        name, value = ChallengeBuilder(self.identifier, self.key, KID, audience, self.keys).build_challenge(
            presented_token=presented, agent_public_key=key, scope=SCOPE, **wanted)
        return 401, {name: value}, {"error": "authorization required"}

    def answer(self, method, target, headers, body):
        path = urlsplit(target).path
        if path == "/.well-known/aauth-resource.json":
            return 200, {}, self.metadata
        if path == "/.well-known/jwks.json":
            return 200, {}, self.jwks
        if path not in ("/agent", "/person", "/data", "/federated"):
            return 404, {}, {"error": "not_found"}
        if not {"signature", "signature-input", "signature-key"} & headers.keys():
            name, value = ChallengeBuilder(self.identifier, self.key, KID, None).build_challenge(
                require_person_token=path != "/agent")
            return 401, {name: value}, {"error": "signature required"}
        verified = self.verifier.verify_request(method, self.identifier + target, headers, body)
        if not verified["valid"]:
            return 401, {HEADER_SIGNATURE_ERROR: build_signature_error(verified["error_code"])}, {
                "error": verified["error_code"], "detail": verified["error"]}
        claims, kind = verified["claims"], verified["token_type"]
        if path == "/person" and kind == AGENT:
            return self.challenge(verified, headers, None, require_person_token=True)
        if path in ("/data", "/federated"):
            audience = self.access_server if path == "/federated" else verified["person_server"]
            if kind != AUTH or claims["iss"] != audience or SCOPE not in verified["scopes"]:
                return self.challenge(verified, headers, audience, require_auth_token=True)
        return 200, {}, {"agent": verified["agent_id"] or claims.get("act", {}).get("sub"), "sub": claims["sub"],
                         "scope": claims.get("scope")}


def handler(resource):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            headers = {name.lower(): ", ".join(self.headers.get_all(name)) for name in set(self.headers)}
            try:
                status, fields, answer = resource.answer(self.command, self.path, headers, body)
            except AAuthError as error:
                status, fields, answer = 400, {}, {"error": error.error_code or "invalid_request", "detail": str(error)}
            text = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**fields, "Content-Type": "application/json", "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, *ignored):
            pass

    return Handler


def main(port, identifier, access_server=None):
    ThreadingHTTPServer(("127.0.0.1", int(port)), handler(Resource(identifier, access_server))).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
