"""Identifiers, endpoint URLs, metadata, missions."""

import aauth
from aauth.identifiers import validate_agent_identifier

from documents import Documents, run
from vector_adapter import Unsupported


def check_server_identifier(given):
    aauth.validate_server_identifier(given["text"])


def check_agent_identifier(given):
    validate_agent_identifier(given["text"])


def check_endpoint(given):
    aauth.validate_endpoint_url(given["url"])


NAMES = {
    "agent-provider": "aauth-agent.json",
    "resource": "aauth-resource.json",
    "person-server": "aauth-person.json",
    "access-server": "aauth-access.json",
}


def check_metadata(given):
    """By what fetches each role's document. Those of agent providers and resources only JWKSFetcher reads, which goes on
    to their keys."""
    role, identifier, document = given["role"], given["identifier"], given["document"]
    url = f"{identifier}/.well-known/{NAMES[role]}"
    if role == "person-server":
        run(aauth.fetch_ps_metadata_async(identifier, http_client=Documents({url: document})))
    elif role == "access-server":
        run(aauth.fetch_auth_metadata(url, http_client=Documents({url: document})))
    elif role == "resource" and isinstance(document, dict) and "jwks_uri" not in document:
        raise Unsupported("only for its keys is a resource's document read")
    else:
        fetcher = aauth.JWKSFetcher(http_client=KeysBehind({url: document}))
        run(fetcher.fetch(identifier, metadata_path=NAMES[role]))


class KeysBehind(Documents):
    """A document, and an empty key set wherever it says that the keys are."""

    async def fetch_json(self, url):
        return await super().fetch_json(url) if url in self.documents else {"keys": []}


def check_mission(given):
    aauth.parse_mission_approval({"mission": given["mission"], "s256": given["s256"]})
