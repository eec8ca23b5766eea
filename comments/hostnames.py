"""The name of a host as a browser asks for it, whatever way somebody typed it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import IPv4Address
from urllib.parse import urlsplit

import idna

# Letters of Latin alphabets whose marks nobody overlooks; a dotless i and a barred l are not among them.
_MARKED = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœčďěňřšťůžćńśźőűğăąę")
# Letters of two alphabets that pass for Latin ones: with no other beside them, a name reads as another.
_LATIN_LOOK = {
    "CYRILLIC": frozenset("асԁеёһіїјӏоргпԛѕԝхуъьҽѵѡ"),
    "GREEK": frozenset("αεηικνορτυχωάέήίόύώ"),
}
# Those none of whose letters looks Latin.
_APART = frozenset({"ARABIC", "HEBREW", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "THAI", "GEORGIAN", "HANGUL"})
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
_NO_LETTERS = str.maketrans("", "", "-0123456789")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)


@lru_cache(maxsize=64)  # a link is asked about for where it leads, and for how it reads
def as_asked_for(name: str) -> str:
    """Return a host's name in ASCII, mapped as browsers do: UTS 46, neither transitional nor by the rules of STD 3.

    So “faß” is not “fass”, wide letters are plain ones, and a soft hyphen is nothing; a stop at the end is dropped, and
    an address in numbers of any kind is the one in four. Raises ValueError for a name that no browser would ask for.
    """
    mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
    labels = mapped.rstrip(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _in_four(labels)
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)


def _in_four(parts: list[str]) -> str:
    """Return an IPv4 address as it is written today (WHATWG URL, 3.5): 0xC0.0.522 is 192.0.2.10."""
    if len(parts) > 4 or not all(map(_NUMBER.fullmatch, parts)):
        raise ValueError("no address in numbers")
    numbers = [_number(part) for part in parts]
    *first, last = numbers
    if any(number > 255 for number in first) or last >= 256 ** (5 - len(numbers)):
        raise ValueError("no address in numbers")
    return str(IPv4Address(last + sum(number << 8 * (3 - place) for place, number in enumerate(first))))


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)


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


def reads_as_another(name: str) -> bool:
    """Whether a host's ASCII name, written in letters, may pass for another: it mixes alphabets, or looks Latin."""
    letters = in_letters(name)
    if letters == name:
        return "xn--" in name
    return not all(label.isascii() or _is_of_one_language(label) for label in letters.split("."))


def _is_of_one_language(label: str) -> bool:
    letters = label.translate(_NO_LETTERS)
    scripts = {_script(char) for char in letters}
    if scripts <= _EAST_ASIAN:
        return True
    script = scripts.pop() if len(scripts) == 1 else ""
    if script == "LATIN":
        return all(char.isascii() or char in _MARKED for char in letters)
    if script in _LATIN_LOOK:
        return not _LATIN_LOOK[script].issuperset(letters)
    return script in _APART


def _script(char: str) -> str:
    """Return the first word of a character's Unicode name, which is its script where it is a letter."""
    return re.split("[ -]", unicodedata.name(char, ""))[0]
