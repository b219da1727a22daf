"""Vector adapter of aauth: requests and tokens with the discovery of keys, identifiers, metadata, challenges, polling.

The operations of the package aauth-signing, which aauth hands on as they are, are in ../aauth-signing-python.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

import aauth

import deferred
import fields
import identifiers
import vector_adapter
import verifying


def refusal(error):
    if isinstance(error, aauth.MetadataError):
        return error.details.get("error_code", "")
    if isinstance(error, aauth.AAuthError):
        return getattr(error, "error_code", None) or ""
    return "" if isinstance(error, (ValueError, OSError)) else None  # ValueError: as its validators document


vector_adapter.serve(
    "aauth",
    aauth.__version__,
    {
        "verify-request": verifying.verify_request,
        "select-key": verifying.select_key,
        "verify-token": verifying.verify_token,
        "verify-challenge": verifying.verify_challenge,
        "verify-grant": verifying.verify_grant,
        "check-server-identifier": identifiers.check_server_identifier,
        "check-agent-identifier": identifiers.check_agent_identifier,
        "check-endpoint": identifiers.check_endpoint,
        "check-metadata": identifiers.check_metadata,
        "check-mission": identifiers.check_mission,
        "run-deferred": deferred.run_deferred,
        "parse-requirement": fields.parse_requirement,
        "build-requirement": fields.build_requirement,
        "parse-authorization": fields.parse_authorization,
        "parse-token-list": fields.parse_token_list,
        "parse-signature-error": fields.parse_signature_error,
        "build-token-list": fields.build_token_list,
        "build-signature-error": fields.build_signature_error,
        "read-challenge": fields.read_challenge,
    },
    refusal,
)
