"""What the resource and the agent of this folder share: the package's discovery, reaching other parties over HTTPS.

The package's default HTTP client reaches public addresses alone, and leaves every other policy to who gives it a
client. The ones here reach what the machine's names and certificates reach (SSL_CERT_FILE), and the addresses that a
scenario has; identifiers stay as strict as the package has them.
"""

import asyncio
import base64
import threading

import httpx
from aauth import JWKSFetcher
from cryptography.hazmat.primitives.asymmetric import ec, ed25519


class Mapped(httpx.AsyncHTTPTransport):
    """Dials the addresses that identifiers were given, {"https://ps.test": "http://127.0.0.1:9000"}."""

    def __init__(self, addresses, **options):
        super().__init__(**options)
        self.addresses = addresses

    async def handle_async_request(self, request):
        address = self.addresses.get(f"{request.url.scheme}://{request.url.netloc.decode()}")
        if address is None:
            return await super().handle_async_request(request)
        place = httpx.URL(address)
        url = request.url.copy_with(scheme=place.scheme, host=place.host, port=place.port)
        return await super().handle_async_request(httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions))


def http_client(ssl_context, addresses=None):
    return httpx.AsyncClient(transport=Mapped(addresses or {}, verify=ssl_context), timeout=10)


class Keys:
    """The callback by which the package asks for the keys of an issuer, and its JWKSFetcher behind it."""

    def __init__(self, client):
        self.client = client  # used in this object's event loop alone
        self.fetcher = JWKSFetcher(http_client=self)
        self.one_at_a_time = asyncio.Lock()  # it refuses a second request for keys that are on their way
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    async def fetch_json(self, url):
        response = await self.client.get(url)
        response.raise_for_status()
        return response.json()

    async def fetch(self, issuer, document, kid):
        async with self.one_at_a_time:
            return await self.fetcher.fetch(issuer, kid, document)

    def __call__(self, issuer, document, kid):
        return asyncio.run_coroutine_threadsafe(self.fetch(issuer, document, kid), self.loop).result(15)


def private_key(jwk):
    secret = base64.urlsafe_b64decode(jwk["d"] + "==")
    if jwk["kty"] == "OKP":
        return ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
