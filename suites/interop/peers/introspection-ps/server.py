"""Serves introspection-aauth on 127.0.0.1, as a person server or an access server.

The package is a library: it asks its host for a store, a directory, a policy, an HTTP client and somebody who decides.
This is such a host, with the least of each, and with hooks of its own under /conformance/ that the target
descriptions name. Every answer outside /conformance/ is the package's.

With a name of the lab (https://ps.aauth.test) it takes part in pairings: it finds the others by ordinary https, has
every name of the lab on its lists, and its person approves at once.

    python server.py person-server|access-server PORT [IDENTIFIER]     (https://ps.test, https://as.test)
"""

import asyncio
import os
import secrets
import sys
import time
from urllib.parse import urlsplit

import httpx2
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from introspection_aauth.access_server import AccessServer, MemoryStore as AccessStore, Verdict
from introspection_aauth.fastapi import access_server_router, person_server_router
from introspection_aauth.person_server import MemoryStore, PersonServer
from introspection_aauth.person_server.models import ApprovalStatus
from introspection_aauth.protocol import SigningKey
from introspection_aauth.protocol.discovery import Discovery
from introspection_aauth.protocol.errors import AAuthError

PERSON = "dana"
TENANT = "conformance"


class Loopback(httpx2.AsyncBaseTransport):
    """Reaches the identifiers that it was told of at their addresses, and no other host."""

    def __init__(self):
        self.addresses = {}
        self.plain = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request):
        address = self.addresses.get(f"{request.url.scheme}://{request.url.host}")
        if address is None or request.url.port is not None:
            raise httpx2.ConnectError(f"{request.url.host} is not known here")
        place = httpx2.URL(address)
        dialled = httpx2.Request(
            request.method, request.url.copy_with(scheme=place.scheme, host=place.host, port=place.port),
            headers=request.headers,  # Host stays the identifier's, for which the message was made
            stream=request.stream, extensions=request.extensions)
        return await self.plain.handle_async_request(dialled)


class OnePersonStore(MemoryStore):
    """Every agent is bound to the one person there is, whether or not its first request names them."""

    async def select_binding(self, tenant, jkt):
        return await self.insert_binding(tenant, jkt, PERSON)


class OnePerson:
    """A directory with one person, who is meant by every hint."""

    def person(self, login_hint, tenant):
        return PERSON


def interaction_code():
    code = "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


def names_of_lab():
    """The identifiers of all parties that there can be in this lab."""
    with open(os.path.join(os.environ["AAUTH_LAB"], "hosts")) as hosts:
        return ["https://" + line.split()[1] for line in hosts if line.strip()]


class Host:
    def __init__(self, identifier):
        self.identifier = identifier
        self.in_lab = identifier.endswith(".aauth.test")
        self.key = SigningKey.generate()
        self.secret = os.urandom(32)
        self.loopback = Loopback()
        self.http = httpx2.AsyncClient(timeout=10) if self.in_lab else httpx2.AsyncClient(
            transport=self.loopback, timeout=10, trust_env=False)
        self.advanced = 0  # seconds
        self.discovery = Discovery(self.http, clock=lambda: time.monotonic() + self.advanced)
        self.issuers = names_of_lab() if self.in_lab else []
        self.server = None

    def clock(self):
        return int(time.time()) + self.advanced

    def trust(self, issuer, address):
        self.loopback.addresses[issuer] = address
        self.issuers.append(issuer)
        self.build()


class PersonHost(Host):
    def __init__(self, identifier="https://ps.test"):
        super().__init__(identifier)
        self.store = OnePersonStore()
        self.build()

    def build(self):
        # The list of agent providers is fixed when a server is made; state, keys and cache are the host's and stay.
        self.server = PersonServer(
            self.identifier, self.key, self.store, subject_secret=self.secret, agent_providers=self.issuers,
            http=self.http, discovery=self.discovery, clock=self.clock, directory=OnePerson(), default_tenant=TENANT,
            retry_after=1, on_approval=self.approve if self.in_lab else None, name="introspection-aauth")

    def router(self):
        return person_server_router(lambda request: self.server, endpoint_path="")

    async def approve(self, tenant, approval):
        await self.server.decide(tenant, approval.id, ApprovalStatus.APPROVED, decided_by=PERSON)

    async def decide(self, path, approved):
        tenant, approval_id = self.server.pending_parts(path) or ("", "")
        status = ApprovalStatus.APPROVED if approved else ApprovalStatus.DENIED
        return await self.server.decide(tenant, approval_id, status, decided_by=PERSON)


class AccessHost(Host):
    def __init__(self, identifier="https://as.test"):
        super().__init__(identifier)
        self.store = AccessStore()
        self.waits = False
        self.build()

    def policy(self, request):
        """Decides by the scope: a word of it can make the request wait for somebody, or be denied."""
        words = (request.scope or "").split()
        if "forbidden" in words:
            return Verdict.deny()
        if "needs-interaction" in words:
            # A page is the host's; that of this one tells nothing, and the decision comes by the hook.
            return Verdict.interaction(f"{self.identifier}/conformance/page", interaction_code())
        if self.waits or "needs-approval" in words:
            return Verdict.approval()
        return Verdict.allow()

    def build(self):
        self.server = AccessServer(
            self.identifier, self.key, self.policy, resources=self.issuers, person_servers=self.issuers,
            agent_providers=self.issuers, http=self.http, discovery=self.discovery, clock=self.clock, store=self.store,
            retry_after=1, name="introspection-aauth")

    def router(self):
        return access_server_router(lambda request: self.server, endpoint_path="")

    async def decide(self, path, approved):
        return await self.server.decide(path, approved, decided_by=PERSON)


def application(host):
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/conformance/trust")
    async def trust(request: Request):
        """An issuer, and the address at which it is to be reached: {"issuer": …, "address": …}."""
        told = await request.json()
        host.trust(told["issuer"], told["address"])
        return {}

    @app.post("/conformance/advance")
    async def advance(request: Request):
        """Lets time pass at once, for the server and its caches: {"seconds": …}."""
        host.advanced += int((await request.json())["seconds"])
        return {}

    @app.post("/conformance/decide")
    async def decide(request: Request):
        """The person's answer to what waits at a pending URL: {"location": …, "decision": "approve" or "deny"}."""
        told = await request.json()
        if told["decision"] not in ("approve", "deny"):
            return JSONResponse({"error": "unknown decision"}, 400)
        path = urlsplit(told["location"]).path.removeprefix("/pending/")
        try:
            decided = await host.decide(path, told["decision"] == "approve")
        except AAuthError as error:
            # 409: decided already, or what waits does so for an access server. Nothing is left for the person to do.
            status = 200 if error.status == 409 else error.status
            return JSONResponse({"error": error.error, "detail": error.detail}, status)
        return JSONResponse({}, 200 if decided else 404)

    @app.get("/conformance/page")
    async def page():
        """Where interactions lead: the same for every code, and without a way to decide."""
        return {}

    @app.post("/conformance/policy")
    async def policy(request: Request):
        """Access server only: whether the next requests have to wait for somebody: {"waits": true or false}."""
        host.waits = (await request.json())["waits"]
        return {}

    app.include_router(host.router())
    return app


def main(role, port, *identifier):
    hosts = {"person-server": PersonHost, "access-server": AccessHost}
    named = [one for one in identifier if one.startswith("https://")]  # outside of pairings it may be left open
    config = uvicorn.Config(application(hosts[role](*named)), host="127.0.0.1", port=int(port), http="h11", ws="none",
                            log_level="warning", access_log=False)
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(*sys.argv[1:])
