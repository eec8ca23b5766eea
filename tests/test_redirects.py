"""No address of the site sends anybody to another one, whatever it is asked to lead on to."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from tests.comments.test_email_privacy import addresses
from tests.comments.test_every_address import desk_routes, filled
from tests.factories import make_administrator

__all__ = ["addresses"]  # the fixture: an address for each public route

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example/", "\\\\evil.example",
    "https:evil.example", "http:///evil.example", "javascript:alert(1)", "/%09/evil.example", "\t//evil.example",
    "https://testserver@evil.example/", "https://testserver.evil.example/",
)  # fmt: skip
ASKING = ("next", "return", "redirect", "redirect_to", "url", "continue", "back", "to", "_popup", "said", "ref")
AT_THE_START = (
    "//evil.example/{}",
    "///evil.example/{}",
    "/%2F%2Fevil.example/{}",
    "/\\evil.example/{}",
    "/https://evil.example/{}",
)


def leads_away(answer) -> bool:
    """Whether a browser that follows this answer leaves the site: it reads a backslash as a slash."""
    to = answer.headers.get("Location", "")
    host = urlsplit(to.strip().replace("\\", "/")).netloc
    return bool(to) and (host not in ("", "testserver") or to.strip().lower().startswith(("javascript", "data")))


def test_what_leads_away_is_seen() -> None:
    for to in ("//evil.example/", "/\\evil.example", "https://evil.example", "javascript:x"):
        assert leads_away(type("Answer", (), {"headers": {"Location": to}}))
    assert not leads_away(type("Answer", (), {"headers": {"Location": "/admin/?next=//evil.example"}}))


@pytest.mark.parametrize("who", ["a guest", "an administrator"])
def test_no_address_leads_away(addresses: dict[str, list[str]], who: str) -> None:
    client = Client(raise_request_exception=False)
    reached = [found[0].partition("?")[0] for found in addresses.values()]
    if who == "an administrator":
        client.force_login(make_administrator())
        reached = [filled(route, "1") for route in sorted(set(desk_routes())) if "logout" not in route]
    away = []
    for address in reached:
        for to in ELSEWHERE[:4]:
            query = "&".join(f"{name}={quote(to)}" for name in ASKING)
            body = dict.fromkeys(ASKING, to)
            answers = [client.get(f"{address}?{query}"), client.post(f"{address}?{query}", body)]
            away += [(address, to, answer.headers["Location"]) for answer in answers if leads_away(answer)]
    assert away == []


def test_no_address_that_begins_like_another_host_leads_there(addresses: dict[str, list[str]]) -> None:
    """A slash that is missing at the end is added, and an old slug is led on: never to what stands at the front."""
    client, away = Client(raise_request_exception=False), []
    tails = [found[0].partition("?")[0].strip("/") for found in addresses.values()] + ["admin", "marked", "x/.."]
    for start in AT_THE_START:
        for tail in tails:
            for address in (start.format(tail), start.format(tail) + "/"):
                answer = client.generic("GET", address)
                if leads_away(answer):
                    away.append((address, answer.headers["Location"]))
    assert away == []


def test_signing_in_and_out_leads_back_into_the_desk_alone(client: Client) -> None:
    make_administrator()
    for to in ELSEWHERE:
        sent = {"username": "root-admin", "password": "a long enough password", "next": to}
        answer = client.post(f"/admin/login/?next={quote(to)}", sent)
        assert answer.status_code == 302
        assert not leads_away(answer), to
        assert not leads_away(client.post(f"/admin/logout/?next={quote(to)}", {"next": to})), to


def test_a_header_of_the_request_leads_nobody_away(client: Client, settings) -> None:
    """What a program claims to have been asked for is not printed into the addresses of a stored page."""
    for name in ("HTTP_X_FORWARDED_HOST", "HTTP_X_ORIGINAL_URL", "HTTP_FORWARDED", "HTTP_REFERER"):
        for path in ("/archive", "/feeds/latest", "/admin", "/"):
            answer = client.get(path, **{name: "https://evil.example/"})
            assert not leads_away(answer)
            assert b"evil.example" not in answer.content
    assert client.get("/", HTTP_HOST="evil.example").status_code == 400
