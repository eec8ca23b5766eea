"""Email addresses, made comparable and fit to be written to; nothing here leaves the server by itself."""

from __future__ import annotations

import re
import string

import idna

from comments.hostnames import as_asked_for

# As people write one; a handle (@rita@reader.example) is none.
_ANY = re.compile(r"(?<![^\s<(\[,;:\"'])[^\s@<>]{1,64}@[^\s@<>.]+\.\w{2,}")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def address_key(address: str) -> str:
    """Return the form under which one person's address is found again.

    Letter case is ignored in both parts and the host is put into its ASCII form: strictly the local part is
    case-sensitive (RFC 5321, 2.4), but no mail provider in use treats it so, and people do capitalise.
    Of the local part that holds for ASCII alone: by the rules of Unicode the long s and the sign for Kelvin would be
    an s and a k, and the mail of one person would go to whoever has such letters.
    """
    local, _, host = address.strip().rpartition("@")
    return f"{local.translate(_LOWER)}@{_host(host).casefold()}"[:254]


def to_write_to(address: str) -> str:
    """Return the form that a mail is sent to: the very host by which the address is found again.

    Left to the mail library, the host would be read by older rules (IDNA 2003), as somebody else's.
    """
    local, _, host = address.strip().rpartition("@")
    return f"{local}@{_host(host)}"


def holds_any(text: str) -> bool:
    """Whether some word of a text looks like an email address."""
    return _ANY.search(text) is not None


def holds(text: str, address: str) -> bool:
    """Whether a text holds this very address, however it is capitalised and its host is written."""
    local, _, host = address_key(address).rpartition("@")
    # Behind a letter, or a stop behind one, it is the end of somebody else's; a host has at most 253 characters.
    written = rf"(?<![^\W_])(?<![^\W_][.+_-]){re.escape(local)}@([\w.-]{{1,255}})"
    return any(_host(found.strip("._-")) == host for found in re.findall(written, text, re.IGNORECASE))


def is_real_host(host: str) -> bool:
    """Whether a host is a name that can be registered (IDNA 2008): no hidden joiner, no label beyond 63 letters."""
    try:
        idna.encode(host, uts46=True, transitional=False)
    except UnicodeError:
        return False
    return True


def _host(host: str) -> str:
    try:
        return as_asked_for(host)
    except ValueError:  # of before ``is_real_host`` was asked: compared as it is
        return host
