"""Whose word about the sender's address is believed, and how much of it is kept."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from comments.networks import network_of

CASES = [
    # peer, X-Forwarded-For, trusted proxies, network
    ("203.0.113.77", "", [], "203.0.113.0/24"),
    ("2001:db8:1:2:3::4", "", [], "2001:db8:1::/48"),
    ("::ffff:203.0.113.77", "", [], "203.0.113.0/24"),
    ("fe80::1%eth0", "", [], "fe80::/48"),
    ("203.0.113.77", "198.51.100.1", [], "203.0.113.0/24"),  # anybody can write that header
    ("10.0.0.1", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.0/24"),
    ("10.0.0.1", "192.0.2.9, 198.51.100.1", ["10.0.0.0/8"], "198.51.100.0/24"),  # the left one is the sender's own
    ("10.0.0.1", "198.51.100.1, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.0/24"),
    ("10.0.0.1", "10.0.0.2", ["10.0.0.0/8"], "10.0.0.0/24"),
    ("10.0.0.1", "", ["10.0.0.0/8"], "10.0.0.0/24"),
    ("10.0.0.1", "nonsense", ["10.0.0.0/8"], ""),
    ("127.0.0.1", "198.51.100.1", ["127.0.0.1"], "198.51.100.0/24"),
    ("127.0.0.1", "198.51.100.1", [], ""),  # reported, and no rule by network
    ("127.0.0.1", "", [], "127.0.0.0/24"),
    ("::1", "2001:db8::1", ["::1/128", "127.0.0.1/32"], "2001:db8::/48"),
    ("", "", [], ""),  # a socket file has no address
]


@pytest.mark.parametrize(("peer", "forwarded", "trusted", "network"), CASES)
def test_the_network_of_a_request(settings, peer: str, forwarded: str, trusted: list[str], network: str) -> None:
    settings.TRUSTED_PROXIES = trusted
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=peer, **extra)) == network
