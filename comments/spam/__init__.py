"""The spam score: local, from 0 to 100, and explained: every signal has its points and a few words.

Nothing leaves the server for it. ``signals.py`` has the signals, ``memory.py`` what was learned, ``training/`` the
text of the starting model. What follows from a score is the rules' business (``comments/triage``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comments.spam.signals import SIGNALS, Sample, Signal, reads_like_spam

__all__ = ["Sample", "Score", "Signal", "score"]


@dataclass(frozen=True)
class Score:
    """A score and what it is made of, the heaviest first."""

    points: int
    signals: list[Signal]


def score(sample: Sample, weights: Sequence[int]) -> Score:
    """Return how likely a comment is spam; linear in its length, and in well under a millisecond."""
    found = [signal for rule in SIGNALS for signal in rule(sample)]
    found += reads_like_spam(sample, weights)
    found.sort(key=lambda signal: -abs(signal[0]))
    return Score(max(0, min(100, sum(points for points, _ in found))), found)
