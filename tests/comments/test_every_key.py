"""Every link that is a key: forged, handed to another page, run out, and used again. The routes are the URLconf's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.comments.posting import altered
from tests.comments.test_email_privacy import addresses
from tests.comments.test_every_address import changes, press, rows

__all__ = ["addresses"]  # the fixture: an address for each public route

pytestmark = pytest.mark.django_db

SHUT = {404, 405, 410}
PLACES = ("<str:token>", "<str:key>")
# Pages of one key: the receipt and what hangs on it, and a request for one's data.
SAME = {"comments/receipt/": "receipt", "comments/my-data/": "my-data"}


def kind_of(route: str) -> str:
    return next((kind for start, kind in SAME.items() if route.startswith(start)), route)


def keyed(addresses: dict[str, list[str]]) -> dict[str, list[tuple[str, str, str]]]:
    """Of each route that has a key: for each of its addresses what stands before the key, the key, and the rest."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for route, reached in addresses.items():
        for place in PLACES:
            if place in route:
                head, _, tail = route.partition(place)
                parts = [(f"/{head}", address[len(head) + 1 : len(address) - len(tail)], tail) for address in reached]
                found[route] = parts
    return found


def forgeries(key: str) -> Iterator[str]:
    """Keys like one that was given out, but not it."""
    for at in {0, len(key) // 2, len(key) - 1}:
        yield altered(key, at)
    yield key[:-1]
    yield key + "A"
    yield key.swapcase()
    yield key.replace("-", "~") if "-" in key else f"{key}-"
    yield f"{key}%0A"
    yield f"%20{key}"
    yield key[::-1]


def test_every_route_with_a_key_is_here(addresses: dict[str, list[str]]) -> None:
    routes = keyed(addresses)
    assert len({kind_of(route) for route in routes}) == 9
    for route, parts in routes.items():
        for head, key, tail in parts:
            assert Client().get(head + key + tail).status_code in (200, 302, 403, 405, 410), route


def test_a_forged_key_opens_nothing_and_does_nothing(addresses: dict[str, list[str]]) -> None:
    client, before, opened = Client(), rows(), []
    for parts in keyed(addresses).values():
        head, key, tail = parts[0]
        for forged in set(forgeries(key)) - {key}:
            statuses = {client.get(head + forged + tail).status_code, *press(client, head + forged + tail)}
            if statuses - SHUT:
                opened.append((head, forged, tail, statuses))
    assert opened == []
    assert changes(before, rows()) == []


def test_the_number_in_a_key_cannot_be_exchanged_for_another(addresses: dict[str, list[str]]) -> None:
    """Of two links of one kind, the first part of the one with the rest of the other."""
    client, before, opened, tried = Client(), rows(), [], 0
    for parts in keyed(addresses).values():
        for (head, one, tail), (_, other, _) in pairwise(parts):
            for sign in "-.:~":
                if one.partition(sign)[0] != other.partition(sign)[0] and sign in one and sign in other:
                    mixed = one.partition(sign)[0] + sign + other.partition(sign)[2]
                    tried += 1
                    if client.get(head + mixed + tail).status_code not in SHUT or set(
                        press(client, head + mixed + tail)
                    ) - {
                        404,
                        405,
                    }:
                        opened.append(head + mixed + tail)
    assert tried > 20
    assert opened == []
    assert changes(before, rows()) == []


def test_a_key_opens_no_page_of_another_kind(addresses: dict[str, list[str]]) -> None:
    client, before, opened = Client(), rows(), []
    routes = keyed(addresses)
    for route, parts in routes.items():
        for other, others in routes.items():
            if kind_of(route) == kind_of(other):
                continue
            (head, _, tail), (_, key, _) = parts[0], others[0]
            statuses = {client.get(head + key + tail).status_code, *press(client, head + key + tail)}
            if statuses - SHUT:
                opened.append((route, other, statuses))
    assert opened == []
    assert changes(before, rows()) == []


# Days after which a link is over, wherever it says so; a receipt and the links of mails one is following are kept.
RUN_OUT = {
    "comments/decide/<str:token>/": 3,
    "comments/own/<str:token>/": 3,
    "comments/mail/<str:token>/confirm/": 400,
    "my-data": 400,
}


def test_a_key_that_has_run_out_does_nothing_more(addresses: dict[str, list[str]]) -> None:
    tried, done = set(), []
    for route, parts in keyed(addresses).items():
        days = RUN_OUT.get(kind_of(route))
        if days is None:
            continue
        tried.add(kind_of(route))
        for head, key, tail in parts:
            with time_machine.travel(timezone.now() + timedelta(days=days, minutes=5)):
                client, before = Client(), rows()
                statuses = {client.get(head + key + tail).status_code, *press(client, head + key + tail)}
                if changes(before, rows()) or statuses - SHUT:
                    done.append((head + key + tail, statuses, changes(before, rows())))
    assert tried == set(RUN_OUT)
    assert done == []


# Chosen, stopped and taken again in turn, the moments differ.
AGAIN = {
    "comments/follow/<str:token>/": {"comments.Follow"},
    "comments/receipt/<str:token>/follow/": {"comments.Follow"},
    "comments/mail/<str:token>/stop/": {"comments.Writer"},
}


def test_a_press_that_is_sent_twice_is_done_once(addresses: dict[str, list[str]]) -> None:
    client, odd, worked = Client(), {}, set()
    at_first = rows()
    for route, parts in keyed(addresses).items():
        for head, key, tail in parts:
            # Each from the same start: what a writer takes back, erases or makes void leaves other links nothing to do.
            with transaction.atomic():
                press(client, head + key + tail)
                once = rows()
                press(client, head + key + tail)
                worked |= {kind_of(route)} if changes(at_first, once) else set()
                if again := set(changes(once, rows())) - AGAIN.get(route, set()):
                    odd[route] = again
                transaction.set_rollback(True)
    assert worked >= {"receipt", "my-data", "comments/notice/<str:token>/", "comments/mail/<str:token>/"}
    assert odd == {}
