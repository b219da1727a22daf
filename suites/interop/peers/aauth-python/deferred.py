"""Deferred responses, as a client follows them."""

import time
from urllib.parse import urlencode

import aauth
from aauth.agent.poller import pending_location

from documents import Response
from vector_adapter import Unsupported


class EndOfScript(BaseException):
    """There is no response for the next request, or one that is not for the poller."""


BY_POLLER = ("", "interaction", "approval", "clarification")


def run_deferred(given):
    """By poll_pending_url, with the script as transport and a clock that only counts."""
    if given.get("role", "agent") != "agent":
        raise Unsupported("it is for agents")
    if given["start"]["status"] != 202:
        raise Unsupported("poll_pending_url begins where a 202 was answered")
    if not all("status" in step for step in given["responses"]):
        raise Unsupported("poll_pending_url is not told to withdraw")
    actions, waiting = [], {"after": 0}
    left = iter([Response(step) for step in (given["start"], *given["responses"])])

    def following():
        response = next(left, None)
        if response is None:
            raise EndOfScript
        if response.status_code == 402 or response.requirement() not in BY_POLLER:
            raise EndOfScript("poll_pending_url only polls, asks for interaction and answers")
        return response

    def act(action):
        actions.append({**action, "after": waiting["after"]})
        waiting.clear()
        waiting["after"] = 0

    def get(url):
        act({"do": "interact", **waiting} if "code" in waiting else {"do": "poll", "url": url})
        return following()

    def post(url, _):
        act({"do": "answer", "url": url, "question": waiting["question"]})
        return following()

    def interact(url, code):
        waiting.update(url=url.removesuffix("?" + urlencode({"code": code})), code=code)

    def clarify(_, question):
        waiting["question"] = question
        return "an answer"

    time.sleep = lambda seconds: waiting.__setitem__("after", waiting["after"] + seconds)
    try:
        first = following()
        ended = aauth.poll_pending_url(
            pending_location(first.headers.get("location"), given["url"]),
            get,
            on_interaction=interact,
            on_clarification=clarify,
            sign_and_send_post=post,
            initial_response=first,
        )
    except aauth.TokenError:  # of pending_location; inside poll_pending_url it becomes a result
        return {"actions": [{"do": "stop"}]}
    except EndOfScript as end:
        if end.args:
            raise Unsupported(*end.args) from None
    else:
        actions.append({"do": "finish"} if ended.success else {"do": "stop", "error": ended.error})
    return {"actions": actions}
