"""Policy: whether a comment is taken, and where one that is taken starts; small rules, each with its reason.

A refusal (closed, slow, flood, repeat) comes before anything is written and tells the writer what to do. ``RULES``
place a comment that was taken and tell moderators why; the first rule with an opinion wins.
"""

from comments.triage.book import Book
from comments.triage.opening import Opening, Pace, opening
from comments.triage.refusals import Refusal, floods, goes_too_fast, previews_too_often, repeats, same_post, same_words
from comments.triage.rules import RULES, Context, Verdict, triage
from comments.words import folded

__all__ = [
    "RULES",
    "Book",
    "Context",
    "Opening",
    "Pace",
    "Refusal",
    "Verdict",
    "floods",
    "folded",
    "goes_too_fast",
    "opening",
    "previews_too_often",
    "repeats",
    "same_post",
    "same_words",
    "triage",
]
