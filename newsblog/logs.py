"""What the log leaves out: the keys in private addresses, so that whoever reads a log file opens no receipt."""

from __future__ import annotations

import logging
import re

# The part of a path that is a key, wherever a private address stands in a line.
_KEY = re.compile(r"(/comments/(?:receipt|my-data|notice|own|mail|follow|decide)/)[^/\s\"']+")


def without_keys(text: str) -> str:
    """Return a line with the keys of private addresses left out."""
    return _KEY.sub(r"\1…", text)


class WithoutKeys(logging.Filter):
    """Goes over every line before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        kept = without_keys(said)
        if kept != said:
            record.msg, record.args = kept, ()
        return True
