"""What the adapters of Python libraries share: the adapter protocol (vectors/README.md), and input as Python values.

An adapter is a table from operation to function. A function takes the input of a vector and returns the output members
(a dict, or None for a verdict alone); it raises what the library raises when that refuses, Unsupported where the
library offers no such thing, and Refused where the library says no by its return value.
"""

import base64
import json
import sys
import time


class Unsupported(Exception):
    """The library does not offer what this input asks for."""


class Refused(Exception):
    """A refusal that is a value in the library. `code` is the library's error code, "" when it has none."""

    def __init__(self, code=""):
        super().__init__(code)
        self.code = code


def serve(name, version, operations, refusal):
    """Answers one request a line until the end of standard input.

    `refusal` takes an exception and returns the error code ("" for none) when it is the library's way to refuse, None
    when it is a crash.
    """
    answer({"hello": {"name": name, "version": version, "drafts": ["11"], "operations": sorted(operations)}})
    for line in sys.stdin:
        request = json.loads(line)
        answer({"id": request["id"], **verdict(operations.get(request["op"]), request["input"], refusal)})


def verdict(operation, given, refusal):
    if operation is None:
        return {"unsupported": True}
    try:
        output = operation(given)
    except Unsupported as error:
        return {"unsupported": True, "reason": str(error)}
    except Refused as error:
        return {"result": "invalid", "error": error.code}
    except Exception as error:  # whatever a library throws at hostile input is its answer
        code = refusal(error)
        if code is None:
            return {"result": "invalid", "error": "", "crash": f"{type(error).__name__}: {error}"[:300]}
        return {"result": "invalid", "error": code}
    return {"result": "valid"} if output is None else {"result": "valid", "output": output}


def answer(value):
    sys.stdout.write(json.dumps(value, default=str) + "\n")  # of values that are no JSON, as bytes are, their text
    sys.stdout.flush()


def set_clock(given):
    """Makes `now` of the input the time of this process."""
    if "now" in given:
        time.time = lambda now=float(given["now"]): now


def body_of(message):
    """The body in bytes; None when the message has none."""
    return base64.b64decode(message["body"]) if message.get("body") is not None else None


def header_map(lines):
    """Header lines as the mapping that frameworks hand to libraries: values trimmed, repeated names joined."""
    joined = {}
    for name, value in lines:
        value = value.strip(" \t")
        known = next((k for k in joined if k.lower() == name.lower()), None)
        joined[known or name] = f"{joined[known]}, {value}" if known else value
    return joined


def header(headers, name):
    """A value of a header map, whatever the case of its name; "" when absent."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


def private_key(jwk, curves):
    """The key object of a private JWK, for libraries that take such objects; `curves` are the EC curves they know."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    try:
        secret = base64.urlsafe_b64decode(jwk["d"] + "=" * (-len(jwk["d"]) % 4))
        if jwk["crv"] == "Ed25519":
            return ed25519.Ed25519PrivateKey.from_private_bytes(secret)
        if jwk["crv"] in curves:
            curve = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1}[jwk["crv"]]
            return ec.derive_private_key(int.from_bytes(secret, "big"), curve())
    except (KeyError, ValueError) as error:
        raise Unsupported(f"the library takes key objects, and this JWK makes none: {error}") from None
    raise Unsupported(f"the library signs with no key of {jwk['crv']}")


def issuers(documents, *names):
    """Issuers for which the input has one of these metadata documents."""
    ends = tuple(f"/.well-known/{name}" for name in names)
    return [url.rsplit("/.well-known/", 1)[0] for url in documents if url.endswith(ends)]
