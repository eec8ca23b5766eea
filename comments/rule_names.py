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


def name_of(rule: str) -> str:
    """Return the name of a rule, in lower case; one that is gone since is called by its code."""
    return _NAMES.get(rule) or rule.replace("-", " ").replace("_", " ")
