"""What each rule is called where people read of it; the log and the addresses of the desk keep the codes."""

from __future__ import annotations

_NAMES = {
    "blocked-words": "listed words",
    "blocked-mail": "blocked mail domain",
    "blocked-network": "blocked network",
    "blocked-link": "blocked link",
    "marked": "measure about the writer",
    "spam-score": "spam score",
    "links": "number of links",
    "often-rejected": "rejected often before",
    "first": "first comment",
    "own-address": "asks the confirmed address",
    "not-own": "disowned by the confirmed address",
    "hold-all": "every comment waits",
    "reports": "reports by readers",
    "edited": "edited after approval",
}


# What may be told to whoever holds a receipt, and to readers: rules about the words. All others look at the person, and
# an address is merely typed: the name of such a rule would tell a stranger what is known of its owner.
_ABOUT_WORDS = {"blocked-words", "blocked-link", "spam-score", "links", "reports", "edited"}


def public_name_of(rule: str) -> str:
    """Return the name of a rule that looks at the words alone; empty for one that looks at who wrote them."""
    return name_of(rule) if rule in _ABOUT_WORDS else ""


def name_of(rule: str) -> str:
    """Return the name of a rule, in lower case; one that is gone since is called by its code."""
    return _NAMES.get(rule) or rule.replace("-", " ").replace("_", " ")
