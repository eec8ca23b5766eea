"""The spam score: local, from 0 to 100, and explained: every signal has its points and a few words.

Nothing leaves the server for it. ``signals.py`` has the signals, ``memory.py`` what was learned, ``training/`` the
text of the starting model. What follows from a score is the rules' business (``comments/triage``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comments.spam.signals import SIGNALS, Sample, Signal, reads_like_spam, stands_under_a_trusted_address

__all__ = ["Sample", "Score", "Signal", "score"]


@dataclass(frozen=True)
class Score:
    """A score and what it is made of, the heaviest first."""

    points: int
    signals: list[Signal]
    under_any_address: int  # without what is known of whoever has the address


def score(sample: Sample, weights: Sequence[int]) -> Score:
    """Return how likely a comment is spam; linear in its length, and in well under a millisecond."""
    found = [signal for rule in SIGNALS for signal in rule(sample)]
    found += reads_like_spam(sample, weights)
    under_any_address = _added_up(found)
    found += stands_under_a_trusted_address(sample)
    found.sort(key=lambda signal: -abs(signal[0]))
    return Score(_added_up(found), found, under_any_address)


def _added_up(found: Sequence[Signal]) -> int:
    return max(0, min(100, sum(points for points, _ in found)))
