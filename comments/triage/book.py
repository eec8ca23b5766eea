"""All that the rules read, gathered before a transaction opens: a post asks the database for none of it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from comments import newsroom
from comments.models import Block, BlockedWord, Policy, SpamMemory
from comments.models.block import Blocks
from comments.models.rules import Words
from comments.words import WordList


@dataclass(frozen=True)
class Book:
    """The newsroom's rules as they stand: its numbers, its lists, and what the spam score has learned."""

    policy: Policy
    words: Words
    blocks: Blocks
    weights: array[int]
    names: WordList  # of the newsroom

    @classmethod
    def current(cls) -> Book:
        """Return what is in force; no query where the process keeps it (see ``articles/kept.py``)."""
        return cls(Policy.current(), BlockedWord.kept(), Block.kept(), SpamMemory.weights(), newsroom.names())
