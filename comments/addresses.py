"""Email addresses, made comparable; nothing here leaves the server."""

from __future__ import annotations

from contextlib import suppress

from comments.hostnames import as_asked_for


def address_key(address: str) -> str:
    """Return the form under which one person's address is found again.

    Letter case is ignored in both parts and the host is put into its ASCII form: strictly the local part is
    case-sensitive (RFC 5321, 2.4), but no mail provider in use treats it so, and people do capitalise.
    """
    local, _, host = address.strip().rpartition("@")
    # An address that the form let through but that has no ASCII form is compared as it is.
    with suppress(ValueError):
        host = as_asked_for(host)
    return f"{local.casefold()}@{host.casefold()}"[:254]
