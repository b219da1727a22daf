"""An agent on aauth 0.5.0: performs the scenario on standard input and prints the outcome (suites/agent/README.md).

The package signs, reads challenges, asks the person server for tokens, polls and judges what comes. What is here is the
loop that sends a request again with what was asked for. Steps for which the package has nothing end with status 127.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
from aauth import (AAuthError, AgentRequestSigner, build_aauth_access_header, build_aauth_capabilities_header,
                   exchange_resource_token, get_challenge_header_value, mission_request, parse_aauth_header,
                   parse_mission_approval, parse_token_claims, request_person_token, token_needs_refresh)
from aauth.agent.poller import async_poll_pending_url, pending_location
from aauth.agent.token_exchange import _post_ps, complete_deferred_resource_request
from aauth.headers.aauth_header import HEADER_AAUTH_CAPABILITIES
from aauth.metadata.common import validate_metadata
from aauth.metadata.mission_manager import fetch_ps_metadata_async

from parties import Keys, http_client, private_key

NOT_SUPPORTED = 127
ANEW = ("expired_resource_token", "expired_presented_token", "revoked_presented_token")
DONE = ("request", "propose-mission", "update-mission", "complete-mission")


class Agent:
    def __init__(self, scenario):
        me = scenario["agent"]
        self.person = scenario.get("person", {})
        self.key = private_key(me["private_jwk"])
        self.token = me["agent_token"]
        self.refresh_url = me.get("refresh_url")
        self.person_server = me.get("person_server")
        self.capabilities = me.get("capabilities", [])
        self.options = dict(scenario.get("token_request", {}))  # of requests for tokens and missions
        if self.capabilities:
            self.options["capabilities"] = self.capabilities
        self.mission = None
        self.tokens = {}    # resource: the person token
        self.granted = {}   # resource: the auth token
        self.sessions = {}  # resource: the session token
        self.documents = {}  # resource: its metadata
        self.interactions = []
        trust = httpx.create_ssl_context(verify=scenario.get("ca_file") or True)
        self.client = http_client(trust, scenario.get("addresses"))
        self.keys = Keys(http_client(trust, scenario.get("addresses")))

    async def interact(self, url, code):
        self.interactions.append(url)
        if "interaction_url" in self.person:
            await self.client.post(self.person["interaction_url"], json={"url": url})

    async def clarify(self, pending, question):
        return self.person.get("clarification")

    def asking(self):
        """How the package is to ask: by what, and of whom what it can't answer."""
        return {"http_client": self.client, "jwks_fetcher": self.keys, "on_interaction": self.interact,
                "on_clarification": self.clarify}

    async def fresh_token(self):
        if self.refresh_url and token_needs_refresh(parse_token_claims(self.token)["payload"]):
            self.token = (await self.client.post(self.refresh_url)).json()["agent_token"]
        return self.token

    async def metadata(self, resource):
        if resource not in self.documents:
            try:
                document = (await self.client.get(f"{resource}/.well-known/aauth-resource.json")).json()
                self.documents[resource] = validate_metadata(document, resource)
            except (AAuthError, httpx.HTTPError, ValueError):
                self.documents[resource] = {}  # it need not have any
        return self.documents[resource]

    async def send(self, method, url, headers, body, token):
        resource = urlsplit(url)._replace(path="", query="", fragment="").geturl()
        headers = dict(headers)
        if self.capabilities:
            headers[HEADER_AAUTH_CAPABILITIES] = build_aauth_capabilities_header(self.capabilities)
        if resource in self.sessions:
            headers["Authorization"] = "AAuth " + self.sessions[resource]
        more = (await self.metadata(resource)).get("additional_signature_components", [])
        if body is None:
            more = [name for name in more if not name.startswith("content-")]
        headers.update(AgentRequestSigner(self.key).sign_request(
            method, url, headers, body, token=token, additional_signature_components=more))
        response = await self.client.request(method, url, headers=headers, content=body)
        if "aauth-access" in response.headers:
            with suppress(AAuthError, ValueError):  # what is no session token changes nothing
                self.sessions[resource] = build_aauth_access_header(response.headers["aauth-access"])
        return response

    async def request(self, step):
        method, url = step["method"], step["url"]
        headers, body = step.get("headers", {}), step["body"].encode() if "body" in step else None
        resource = urlsplit(url)._replace(path="", query="", fragment="").geturl()
        token = self.granted.get(resource) or self.tokens.get(resource) or await self.fresh_token()
        mode = (await self.metadata(resource)).get("access_mode")
        if token == self.token and self.person_server and mode in ("person-token", "auth-token"):
            token = await self.person_token(resource)
        tried = set()
        for _ in range(4):
            response = await self.send(method, url, headers, body, token)
            if response.status_code == 202:
                return await self.waited(response, url, resource, token)
            raw = get_challenge_header_value(response.headers)
            if response.status_code != 401 or not raw:
                return response
            asked = parse_aauth_header(raw)
            if asked["requirement"] == "person-token":
                token = await self.person_token(resource)
            elif asked["requirement"] == "auth-token":
                try:
                    token = await self.auth_token(resource, asked["resource_token"], token)
                except AAuthError as error:
                    if error.error_code not in ANEW or error.error_code in tried:
                        raise
                    tried.add(error.error_code)  # the resource is asked for a fresh one
                    if error.error_code != "expired_resource_token":
                        token = await self.person_token(resource)
            elif asked["requirement"] == "agent-token" and token != self.token:
                token = await self.fresh_token()
            else:
                return response
        return response

    async def person_token(self, resource):
        options = dict(self.options)
        if self.mission:
            options["mission_s256"] = self.mission
        self.tokens[resource] = await request_person_token(
            self.person_server, resource, self.key, await self.fresh_token(), **self.asking(), **options)
        return self.tokens[resource]

    async def auth_token(self, resource, resource_token, presented):
        if presented == self.token:  # challenged before it had a person token
            presented = self.tokens.get(resource) or await self.person_token(resource)
        self.granted[resource] = await exchange_resource_token(
            resource_token, self.key, await self.fresh_token(), presented_token=presented, resource_id=resource,
            person_server=self.person_server, **self.asking(), **self.options)
        return self.granted[resource]

    async def waited(self, response, url, resource, token):
        """What comes of a 202 of a resource."""
        raw = get_challenge_header_value(response.headers)
        if raw and parse_aauth_header(raw).get("resource_token"):
            result = await complete_deferred_resource_request(
                response, url, self.key, self.token, presented_token=token, resource_id=resource,
                person_server=self.person_server, **self.asking())
        else:
            async def get(pending):
                return await self.send("GET", pending, {}, None, token)
            result = await async_poll_pending_url(pending_location(response.headers.get("location"), url), get,
                                                  initial_response=response, on_interaction=self.interact)
        if result.response is None:
            raise AAuthError(result.error_description or "", error_code=result.error)
        return result.response

    async def at_person_server(self, endpoint, path, body):
        """The package has no function for missions as a whole; this is the one behind its requests for tokens."""
        metadata = await fetch_ps_metadata_async(self.person_server, http_client=self.client)
        if path:
            url, body = mission_request(metadata[endpoint], *path, **body)
        else:
            url = metadata[endpoint]
        return await _post_ps(url, body, self.key, await self.fresh_token(), self.client,
                              on_interaction=self.interact, on_clarification=self.clarify)

    async def propose(self, step):
        body = {**self.options, **{name: step[name] for name in ("description", "tools", "resources") if name in step}}
        approved = parse_mission_approval(await self.at_person_server("mission_endpoint", None, body))
        self.mission = approved["mission_s256"]
        self.tokens.update(approved["person_tokens"])
        return {"s256": self.mission, "mission": approved["mission"]}

    async def perform(self, step):
        if step["do"] == "request":
            response = await self.request(step)
            return {"status": response.status_code, "headers": dict(response.headers), "body": response.text}
        if step["do"] == "propose-mission":
            done = await self.propose(step)
        else:
            action, said = (("update", "description") if step["do"] == "update-mission" else ("completion", "summary"))
            done = await self.at_person_server("mission_endpoint", (self.mission, action), {said: step.get(said, "")})
        return {"status": 200, "headers": {}, "body": json.dumps(done)}


async def perform_all(scenario):
    agent = Agent(scenario)
    until = time.monotonic() + scenario["deadline"]
    results = []
    for step in scenario["steps"]:
        try:
            results.append(await asyncio.wait_for(agent.perform(step), max(0, until - time.monotonic())))
        except Exception as error:  # whatever an answer makes the package raise is what it says of the answer
            code = getattr(error, "error_code", None) or type(error).__name__
            results.append({"error": {"code": code, "message": str(error)}})
    return {"format": 1, "results": results, "interactions": agent.interactions}


def main():
    scenario = json.load(sys.stdin)
    if any(step["do"] not in DONE or "as" in step for step in scenario["steps"]):
        sys.exit(NOT_SUPPORTED)
    print(json.dumps(asyncio.run(perform_all(scenario))))


if __name__ == "__main__":
    main()
