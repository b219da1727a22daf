"""What stands in for the network: the documents of the input, fetched and checked by aauth's own JWKSFetcher."""

import base64
import json

import aauth
import httpx


class Documents:
    """What aauth takes as HTTP client: answers from the documents of the input."""

    def __init__(self, documents):
        self.documents = documents

    async def fetch_json(self, url):
        if url not in self.documents:
            raise OSError(f"nothing at {url}")
        document = self.documents[url]
        return json.loads(document) if isinstance(document, str) else document

    async def get(self, url, **_):
        document = await self.fetch_json(url)
        return Response({"status": 200, "headers": [], "body": document})


class Response:
    """The part of an httpx response that aauth reads."""

    def __init__(self, scripted):
        self.status_code = scripted["status"]
        self.headers = httpx.Headers([(name, value) for name, value in scripted["headers"]], encoding="utf-8")
        self.body = scripted.get("body")

    def raise_for_status(self):
        pass

    def json(self):
        return json.loads(base64.b64decode(self.body)) if isinstance(self.body, str) else self.body

    def requirement(self):
        """"" when there is none, and when it can't be read, which is then for aauth to notice."""
        raw = aauth.get_challenge_header_value(self.headers)
        try:
            return aauth.parse_aauth_header(raw)["requirement"] if raw else ""
        except aauth.ChallengeError:
            return ""


def run(coroutine):
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("it waits")


def keys_from(documents):
    """The callback (issuer, dwk, kid) that the verifying functions take; None where no keys are to be had."""

    def fetch(issuer, dwk, kid):
        fetcher = aauth.JWKSFetcher(http_client=Documents(documents))
        try:
            return run(fetcher.fetch(issuer, kid=kid, metadata_path=dwk))
        except aauth.JWKSError as error:
            code = getattr(error.__context__, "details", {}).get("error_code")
            if code:  # issuer_missing, issuer_mismatch: the callback hands on what aauth found
                raise aauth.TokenError(str(error), error_code=code) from error
            return None

    return fetch
