"""No key of a private page reaches the log: a line about a bad request names the page, and opens nothing."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from comments.receipts import receipt_token, receipt_url
from newsblog.logs import WithoutKeys, without_keys
from tests.comments.test_email_privacy import public_routes
from tests.factories import make_comment


@pytest.mark.django_db
def test_a_refused_post_leaves_no_key_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    comment = make_comment(status="pending")
    client.post(receipt_url(comment), {"act": "nonsense"})
    client.post(f"{receipt_url(comment)}edit/", {"comment": ""})
    logged = caplog.text
    assert "/comments/receipt/…/edit/" in logged
    assert receipt_token(comment) not in logged


def test_every_address_with_a_key_is_covered() -> None:
    keyed = [route for route in public_routes(get_resolver()) if "<str:token>" in route or "<str:key>" in route]
    assert keyed
    for route in keyed:
        path = "/" + route.replace("<str:token>", "s3cret").replace("<str:key>", "s3cret")
        assert "s3cret" not in without_keys(f"Not Found: {path}"), route


def test_other_lines_stay_as_they_are() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Not Found: %s", ("/comments/7/",), None)
    assert WithoutKeys().filter(record)
    assert record.getMessage() == "Not Found: /comments/7/"
    assert record.args


def test_the_filter_stands_before_every_handler() -> None:
    for handler in settings.LOGGING["handlers"].values():
        assert "keys" in handler["filters"]
