"""Where a post came from: the sender's address, cut to its network before anything else sees it."""

from __future__ import annotations

import logging
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

IPV4_BITS = 24  # of 32: a provider's customers move within such a block
IPV6_BITS = 48  # of 128: what one customer is usually given

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def network_of(request: HttpRequest) -> str:
    """Return the sender's network, or an empty text where it cannot be known: then no rule by network applies.

    ``X-Forwarded-For`` is believed only where it was written by one of TRUSTED_PROXIES: read from the right, the
    first address that is not a trusted proxy is the sender. A proxy on this machine that nobody named would make
    every reader look like one, so it is reported, and its readers have no network.
    """
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if peer is None:
        return ""
    trusted = _trusted(tuple(settings.TRUSTED_PROXIES))
    if hops and peer.is_loopback and not _is_in(peer, trusted):
        _report_unnamed_proxy()
        return ""
    sender: Address | None = peer
    while hops and sender is not None and _is_in(sender, trusted):
        sender = _address(hops.pop())
    return "" if sender is None else cut(sender)


def cut(address: Address) -> str:
    """Return the network of an address: the last 8 bits of IPv4 and the last 80 of IPv6 are dropped."""
    bits = IPV4_BITS if address.version == 4 else IPV6_BITS
    return str(ip_network((address, bits), strict=False))


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


@lru_cache(maxsize=8)
def _trusted(networks: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(network, strict=False) for network in networks)


def _is_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


@cache
def _report_unnamed_proxy() -> None:
    """Tell the operator, once a process and without any address."""
    logger.error(
        "A proxy on this machine forwards requests, but TRUSTED_PROXIES does not name it. "
        "Set TRUSTED_PROXIES=127.0.0.1/32,::1/128; until then no rule by network protects the comments."
    )
