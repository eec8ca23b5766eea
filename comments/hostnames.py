"""The name of a host as a browser asks for it, whatever way somebody typed it."""

from __future__ import annotations

from urllib.parse import urlsplit

import idna


def as_asked_for(name: str) -> str:
    """Return a host's name in ASCII, mapped as browsers do: UTS 46, neither transitional nor by the rules of STD 3.

    So “faß” is not “fass”, wide letters are plain ones, and a soft hyphen is nothing. Raises ValueError for a name that
    no browser would ask for.
    """
    mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
    labels = mapped.split(".")
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)


def host_of(address: str) -> str:
    """Return the host that a browser asks for at an address of the web, with or without its scheme.

    A backslash is a slash to it (WHATWG URL). Empty where there is none; raises ValueError as ``as_asked_for``.
    """
    typed = address.replace("\\", "/")
    return as_asked_for(urlsplit(typed if "://" in typed else f"https://{typed}").hostname or "")


def in_letters(name: str) -> str:
    """Return a host's ASCII name as a reader would see it written; the same where there is nothing to decode.

    Nothing that no browser would take for that name comes out of it: no controls, no marks of direction.
    """
    try:
        letters = ".".join(
            label.removeprefix("xn--").encode().decode("punycode") if label.startswith("xn--") else label
            for label in name.split(".")
        )
        return letters if as_asked_for(letters) == name else name
    except ValueError:
        return name
