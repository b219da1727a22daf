#!/usr/bin/env python3
"""A small AAuth agent that performs a scenario: an example of a program for `aauth-conform test agent --command`.

Python 3.9 or later, the standard library and `cryptography`. It signs, follows the challenges of a resource, verifies what
it is given, waits for deferred answers and keeps session tokens. It has no missions.
"""
import base64, hashlib, http.client, json, re, ssl, sys, time
from urllib.parse import urljoin, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils


class Failure(Exception):
    def __init__(self, code, message=""):
        super().__init__(message)
        self.code = code


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def thumbprint(jwk):
    members = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y")}[jwk["kty"]]
    text = json.dumps({m: jwk[m] for m in members}, separators=(",", ":"), sort_keys=True)
    return b64(hashlib.sha256(text.encode()).digest())


def sign(jwk, data):
    if jwk["alg"] == "Ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(unb64(jwk["d"])).sign(data)
    key = ec.derive_private_key(int.from_bytes(unb64(jwk["d"]), "big"), ec.SECP256R1())
    r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(jwk, alg, data, signature):
    """Raises when the signature is none of this key, or the key is none for this algorithm."""
    if jwk.get("alg") != alg or alg not in ("Ed25519", "ES256"):
        raise Failure("unsupported_algorithm")
    if alg == "Ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(unb64(jwk["x"])).verify(signature, data)
    numbers = ec.EllipticCurvePublicNumbers(
        *(int.from_bytes(unb64(jwk[m]), "big") for m in ("x", "y")), ec.SECP256R1())
    der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    numbers.public_key().verify(der, data, ec.ECDSA(hashes.SHA256()))


def decoded(token):
    try:
        head, payload, signature = token.split(".")
        return json.loads(unb64(head)), json.loads(unb64(payload)), f"{head}.{payload}".encode(), unb64(signature)
    except Exception:
        raise Failure("invalid_token", "no JWT")


def origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        return [v for n, v in self.headers if n.lower() == name.lower()]

    def get(self, name, default=""):
        return ", ".join(self.all(name)) or default

    def json(self):
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def requirement(self):
        """The value of AAuth-Requirement and its string parameters; a real agent uses a structured fields parser."""
        field = self.get("AAuth-Requirement")
        found = re.match(r"requirement=([a-z][a-z0-9-]*)(?=[;,\s]|$)", field)
        return (found.group(1), dict(re.findall(r';\s*([a-z-]+)="([^"]*)"', field))) if found else (None, {})

    def signature_error(self):
        found = re.match(r"error=([a-z_]+)", self.get("Signature-Error"))
        return found.group(1) if found else None


class Agent:
    def __init__(self, scenario):
        self.scenario, me = scenario, scenario["agent"]
        if scenario["draft"] not in ("11",):
            sys.exit(127)
        self.jwk, self.token = me["private_jwk"], me["agent_token"]
        self.server = me.get("person_server")
        self.capabilities = me.get("capabilities", [])
        self.until = time.time() + scenario["deadline"]
        self.documents, self.persons, self.auths, self.sessions, self.more = {}, {}, {}, {}, {}
        self.interactions = []

    # HTTP

    def exchange(self, method, url, headers=(), body=None):
        left = self.until - time.time()
        if left <= 0:
            raise Failure("deadline")
        parts = urlsplit(url)
        dialled = urlsplit(self.scenario["addresses"].get(origin(url), origin(url)))
        if dialled.scheme == "https":
            context = ssl.create_default_context(cafile=self.scenario.get("ca_file"))
            connection = http.client.HTTPSConnection(dialled.hostname, dialled.port, timeout=left, context=context)
        else:
            connection = http.client.HTTPConnection(dialled.hostname, dialled.port, timeout=left)
        try:
            target = parts.path or "/"
            connection.putrequest(method, target + ("?" + parts.query if parts.query else ""), skip_host=True,
                                  skip_accept_encoding=True)
            for name, value in [("Host", parts.netloc), *headers]:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Response(response.status, response.getheaders(), response.read(1 << 20).decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Failure("network", str(error))
        finally:
            connection.close()

    def document(self, url):
        if url not in self.documents:
            response = self.exchange("GET", url, [("Accept", "application/json")])
            self.documents[url] = response.json() if response.status == 200 else None
        return self.documents[url]

    def metadata(self, server, name):
        document = self.document(f"{server}/.well-known/{name}")
        if document is not None and document.get("issuer") != server:
            raise Failure("issuer_mismatch", server)
        return document

    # Signatures (11.3.3)

    def signed(self, method, url, token, headers=(), body=None, resource=False):
        headers, parts = list(headers), urlsplit(url)
        covered = ["@method", "@authority", "@path", "signature-key"]
        wanted = []
        if resource:
            wanted = (self.metadata(origin(url), "aauth-resource.json") or {}).get("additional_signature_components", [])
            wanted = wanted + self.more.get(origin(url), [])
            if self.capabilities:
                headers.append(("AAuth-Capabilities", ", ".join(self.capabilities)))
            if origin(url) in self.sessions:
                headers.append(("Authorization", "AAuth " + self.sessions[origin(url)]))
                covered.append("authorization")
        if body is not None:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            headers.append(("Content-Digest", f"sha-256=:{digest}:"))
            covered += ["content-digest", "content-type"]
        headers.append(("Signature-Key", f'sig=jwt;jwt="{token}"'))
        values = {"@method": method, "@authority": parts.netloc.lower(), "@path": parts.path or "/", "@scheme": parts.scheme,
                  "@query": "?" + parts.query, "@target-uri": url, **{n.lower(): v for n, v in headers}}
        covered += [name for name in wanted if name in values and name not in covered]
        inner = "(%s);created=%d" % (" ".join(f'"{name}"' for name in covered), int(time.time()))
        base = "".join(f'"{name}": {values[name]}\n' for name in covered) + f'"@signature-params": {inner}'
        signature = base64.b64encode(sign(self.jwk, base.encode())).decode()
        headers += [("Signature-Input", "sig=" + inner), ("Signature", f"sig=:{signature}:")]
        return self.exchange(method, url, headers, body)

    # Tokens (11.5.2, 6.7.3, 9.4.4)

    def verified(self, token, typ, documents):
        head, claims, signed, signature = decoded(token)
        if head.get("typ") != typ or claims.get("dwk") not in documents:
            raise Failure("invalid_token", f"no {typ}")
        if not isinstance(claims.get("exp"), int) or claims["exp"] <= time.time():
            raise Failure("expired_token", typ)
        issuer = self.metadata(claims.get("iss"), claims["dwk"]) or {}
        for key in (self.document(issuer.get("jwks_uri", "")) or {}).get("keys", []):
            if key.get("kid") == head.get("kid"):
                try:
                    verify(key, head.get("alg"), signed, signature)
                    return claims
                except Failure:
                    raise
                except Exception:
                    raise Failure("invalid_token", "the signature does not verify")
        raise Failure("unknown_key")

    def challenge(self, token, resource, presented):
        claims = self.verified(token, "aa-resource+jwt", ["aauth-resource.json"])
        shown = decoded(presented)[1]
        expected = {"iss": resource, "agent_jkt": thumbprint(self.jwk), "ps": self.server, "sub": shown.get("sub"),
                    "presented_jti": shown.get("jti")}
        for name, value in expected.items():
            if claims.get(name) != value:
                raise Failure("invalid_resource_token", name)
        return claims

    def grant(self, token, challenge, resource):
        claims = self.verified(token, "aa-auth+jwt", ["aauth-person.json", "aauth-access.json"])
        bound = claims.get("cnf", {}).get("jwk", {})
        if claims.get("iss") != challenge["aud"] or claims.get("aud") != resource or claims.get("sub") != challenge["sub"]:
            raise Failure("invalid_auth_token")
        if thumbprint(bound) != thumbprint(self.jwk):
            raise Failure("invalid_auth_token", "bound to another key")

    # Fresh tokens, from the top of the chain (7.9.1)

    def due(self, token):
        return decoded(token)[1]["exp"] < time.time() + 300

    def refreshed(self):
        if "refresh_url" not in self.scenario["agent"]:
            return False
        answer = self.exchange("POST", self.scenario["agent"]["refresh_url"], [], b"{}").json()
        self.token = answer.get("agent_token", self.token)
        return True

    # The person server (7.1, 7.2)

    def ask(self, member, body):
        url = (self.metadata(self.server, "aauth-person.json") or {}).get(member) if self.server else None
        if not url:
            raise Failure("no_person_server", member)
        if self.capabilities:
            body["capabilities"] = self.capabilities
        body = {**allowed(self.scenario["token_request"]), **body}

        def send(method, where, content=None):
            kind = [] if content is None else [("Content-Type", "application/json")]
            return self.signed(method, where, self.token, kind, None if content is None else json.dumps(content).encode())

        response = send("POST", url, body)
        if response.signature_error() in ("revoked_jwt", "expired_jwt") and self.refreshed():
            response = send("POST", url, body)
        response = self.waited(url, response, send)
        if response.status != 200:
            raise Failure(response.json().get("error") or response.signature_error() or "refused")
        return response.json()

    def person_token(self, resource):
        if resource not in self.persons or self.due(self.persons[resource]):
            token = self.ask("person_token_endpoint", {"resource": resource}).get("person_token", "")
            claims = self.verified(token, "aa-person+jwt", ["aauth-person.json"])
            if claims.get("aud") != resource:
                raise Failure("invalid_person_token")
            self.persons[resource] = token
        return self.persons[resource]

    def authorize(self, resource, resource_token, presented):
        challenge = self.challenge(resource_token, resource, presented)
        body = {"resource_token": resource_token, "presented_token": presented}
        if "login_hint" in challenge:
            body["login_hint"] = challenge["login_hint"]
        token = self.ask("auth_token_endpoint", body).get("auth_token", "")
        self.grant(token, challenge, resource)
        self.auths[resource] = token

    # Waiting (11.8)

    def pause(self, seconds):
        if time.time() + seconds >= self.until:
            raise Failure("deadline")
        time.sleep(seconds)

    def waited(self, url, response, send, held=None):
        location, slower, question = url, 0, None
        while response.status in (202, 429, 503):
            if response.status == 202:
                location = urljoin(location, response.get("Location", location))
                if origin(location) != origin(url) or location == url:
                    raise Failure("malformed_response", "Location")
                value, parameters = response.requirement()
                if value == "interaction" and response.json().get("status") != "interacting":
                    self.interact(parameters.get("url", ""), parameters.get("code", ""), url)
                elif value == "clarification" and response.json().get("clarification") != question:
                    question = response.json().get("clarification")
                    answer = self.scenario["person"].get("clarification")
                    if answer is None:
                        send("DELETE", location)
                        raise Failure("clarification_required")
                    send("POST", location, {"action": "clarification_response", "clarification_response": answer})
                elif value == "auth-token" and held:
                    held(parameters)
                elif value not in (None, "interaction", "approval", "clarification"):
                    raise Failure("unsupported_requirement", value)
            elif response.status == 429:
                slower += 5
            wait = response.get("Retry-After")
            self.pause((int(wait) if wait.isdigit() else 5) + slower)
            response = send("GET", location)
        return response

    def interact(self, url, code, asked_by):
        if not re.fullmatch(r"https://[^?#]+|http://(127\.0\.0\.1|localhost)[^?#]*", url):
            raise Failure("malformed_response", "interaction")
        shown = f"{url}?code={code}"
        if shown in self.interactions or (url, code) in self.more.setdefault("relayed", []):
            return
        endpoint = (self.metadata(self.server, "aauth-person.json") or {}).get("interaction_endpoint") if self.server else None
        if endpoint and origin(asked_by) != self.server:
            body = json.dumps({"type": "interaction", "url": url, "code": code}).encode()
            answer = self.signed("POST", endpoint, self.token, [("Content-Type", "application/json")], body)
            if answer.status in (200, 202):
                self.more["relayed"].append((url, code))
                return
            if answer.json().get("error") == "user_unreachable":
                raise Failure("user_unreachable")
        self.interactions.append(shown)

    # Resources (section 6)

    def presentable(self, resource, wanted):
        if self.due(self.token):
            self.refreshed()
        if wanted is None and resource in self.auths and self.due(self.auths[resource]):
            del self.auths[resource]
        if wanted in (None, "auth-token") and resource in self.auths:
            return self.auths[resource]
        mode = (self.metadata(resource, "aauth-resource.json") or {}).get("access_mode")
        if wanted is None and mode == "auth-token" and not self.server:
            raise Failure("no_person_server")
        person = resource in self.persons or mode in ("person-token", "auth-token") and self.server
        if wanted in ("person-token", "auth-token") or wanted is None and person:
            return self.person_token(resource)
        return self.token

    def request(self, method, url, headers=(), body=None, wanted=None):
        resource, tried = origin(url), set()
        for _ in range(10):
            token = [self.presentable(resource, wanted)]

            def send(how, where, content=None):
                kind = [("Content-Type", "application/json")] if content is not None else []
                return self.signed(how, where, token[0], kind, None if content is None else json.dumps(content).encode(), True)

            def held(parameters):
                if resource not in self.auths or token[0] != self.auths[resource]:
                    self.authorize(resource, parameters.get("resource-token", ""), token[0])
                    token[0] = self.auths[resource]

            response = self.signed(method, url, token[0], headers, body, True)
            self.keep_session(resource, response)
            if response.status == 202:
                response = self.waited(url, response, send, held)
                self.keep_session(resource, response)
                return response
            if response.status != 401:
                return response
            value, parameters = response.requirement()
            error = response.signature_error()
            if error == "invalid_input" and "input" not in tried:
                tried.add("input")
                names = re.search(r"required_input=\(([^)]*)\)", response.get("Signature-Error"))
                self.more[resource] = re.findall(r'"([^"]+)"', names.group(1)) if names else []
            elif error in ("revoked_jwt", "expired_jwt") and token[0] == self.token and "agent" not in tried:
                tried.add("agent")
                if not self.refreshed():
                    return response
            elif error in ("revoked_jwt", "expired_jwt") and token[0] != self.token and error not in tried:
                tried.add(error)
                self.auths.pop(resource, None)
                if token[0] == self.persons.get(resource):
                    del self.persons[resource]
                wanted = "person-token"
            elif error or value is None:
                return response
            elif value == "agent-token" and token[0] != self.token:
                wanted = "agent-token"
            elif value == "person-token" and token[0] != self.persons.get(resource):
                wanted = "person-token"
            elif value == "auth-token":
                try:
                    self.authorize(resource, parameters.get("resource-token", ""), token[0])
                    wanted = "auth-token"
                except Failure as failure:
                    if failure.code in tried or not re.match("(expired|revoked)_(presented|resource)_token", failure.code):
                        raise
                    tried.add(failure.code)
                    if "presented" in failure.code:
                        self.persons.pop(resource, None)
                        self.auths.pop(resource, None)
                        wanted = "person-token"
            else:
                raise Failure("unsupported_requirement", value)
        raise Failure("too_many_challenges")

    def keep_session(self, resource, response):
        values = response.all("AAuth-Access")
        if values:
            if len(values) > 1 or not re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", values[0]):
                raise Failure("malformed_access")
            self.sessions[resource] = values[0]

    # Steps

    def step(self, step):
        if decoded(self.token)[1]["exp"] <= time.time() and not self.refreshed():
            raise Failure("expired_agent_token")
        if step["do"] == "request" and "as" not in step:
            body = step["body"].encode() if "body" in step else None
            return self.request(step["method"], step["url"], list(step.get("headers", {}).items()), body)
        if step["do"] == "authorize":
            resource = step["resource"]
            url = (self.metadata(resource, "aauth-resource.json") or {}).get("authorization_endpoint", "")
            body = json.dumps({k: step[k] for k in ("scope", "account") if k in step}).encode()
            response = self.request("POST", url, [("Content-Type", "application/json")], body, "person-token")
            if "resource_token" in response.json():
                self.authorize(resource, response.json()["resource_token"], self.person_token(resource))
            return response
        if step["do"] == "permission":
            return Response(200, [], json.dumps(self.ask("permission_endpoint", {"action": step["action"]})))
        raise Failure("not_supported", step["do"])


def allowed(parameters):
    """What may be sent of the values that the surroundings gave (7.2.1)."""
    fits = {"prompt": lambda v: set(v.split(" ")) <= {"none", "login", "consent", "select_account"},
            "platform": lambda v: v in ("web", "mobile", "desktop", "workload", "self-hosted"),
            "device": lambda v: len(v) <= 64 and v.isprintable()}
    return {k: v for k, v in parameters.items() if fits.get(k, lambda v: True)(v)}


def main():
    scenario = json.load(sys.stdin)
    agent, results = Agent(scenario), []
    for step in scenario["steps"]:
        try:
            response = agent.step(step)
            results.append({"status": response.status, "headers": dict(response.headers), "body": response.body})
        except Failure as failure:
            results.append({"error": {"code": failure.code, "message": str(failure)}})
        except Exception as error:  # a hostile answer must not end the program
            results.append({"error": {"code": "malformed_response", "message": repr(error)}})
    json.dump({"format": 1, "results": results, "interactions": agent.interactions}, sys.stdout)


if __name__ == "__main__":
    main()
