"""The fields of challenges: parsed and built."""

import aauth

import vector_adapter
from vector_adapter import Refused, Unsupported, header_map


def joined(lines):
    return ", ".join(line.strip(" \t") for line in lines)


def parse_requirement(given):
    found = aauth.parse_aauth_requirement(joined(given["fields"]))
    parameters = {"resource-token": found["resource_token"], "url": found["url"], "code": found["code"]}
    return {
        "value": found["requirement"],
        "parameters": {name: value for name, value in parameters.items() if value is not None},
    }


def build_requirement(given):
    value, parameters = given["value"], given.get("parameters", {})
    makers = {
        ("agent-token",): aauth.build_agent_token_requirement,
        ("person-token",): aauth.build_person_token_requirement,
        ("approval",): aauth.build_approval_requirement,
        ("clarification",): aauth.build_clarification_requirement,
        ("claims",): aauth.build_claims_requirement,
        ("auth-token", "resource-token"): aauth.build_auth_token_requirement,
        ("interaction", "code", "url"): aauth.build_interaction_requirement,
    }
    make = makers.get((value, *sorted(parameters)))
    if make is None:
        raise Unsupported("no function builds this requirement")
    return {"field": make(**{name.replace("-", "_"): text for name, text in parameters.items()})}


def parse_authorization(given):
    token = aauth.parse_authorization_aauth_header(joined(given["fields"]))
    if token is None:
        raise Refused()
    return {"token": token}


def parse_token_list(given):
    if given["header"].lower() != "aauth-capabilities" or not given["fields"]:
        raise Unsupported("it reads AAuth-Capabilities, where there is one")
    return {"tokens": aauth.parse_aauth_capabilities_header(joined(given["fields"]))}


def build_token_list(given):
    if given.get("header", "AAuth-Capabilities").lower() != "aauth-capabilities":
        raise Unsupported("it builds AAuth-Capabilities")
    return {"field": aauth.build_aauth_capabilities_header(given["tokens"])}


def build_signature_error(given):
    return {"field": aauth.build_signature_error(given["error"], given["required_input"])}


def parse_signature_error(given):
    found = aauth.parse_signature_error(joined(given["fields"]))
    if found["error"] is None:
        raise Refused()
    return {name: value for name, value in found.items() if value is not None}


def read_challenge(given):
    headers = header_map(given["headers"])
    raw = aauth.get_challenge_header_value(headers)
    signature_error = vector_adapter.header(headers, "signature-error")
    if any(name.lower() in ("accept-signature-scheme", "accept-signature-alg") for name in headers):
        raise Unsupported("it does not read what a server accepts")
    try:
        requirement = aauth.parse_aauth_header(raw)["requirement"] if raw else None
    except aauth.ChallengeError:  # as its extract_resource_token does
        requirement = None
    return {
        "requirement": requirement,
        "signature_error": aauth.parse_signature_error(signature_error)["error"] if signature_error else None,
    }
