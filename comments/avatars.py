"""Pictures beside names, drawn here: off unless the desk switches them on (``Policy.avatars``).

A picture follows from a random value that is kept for a writer and from the name that stands above the comment: two
comments that the owner of an address called their own, under one name, show the same one. Every other comment has
one to itself: an address is merely typed there, and a picture that came back would tell whoever guesses one whose it
is. Who writes under two names is not given away either. Nothing of the address goes into it, and no other site can
draw the same.

To print one: ``code_of`` in the address ``comments:avatar``, as an ``<img>`` with an empty ``alt`` (the name stands
beside it) and width and height 36. No query is needed to draw it, and whoever asks for a code learns nothing, for
every code is a picture. Where there is no writer (staff, erased), print the initials.
"""

from __future__ import annotations

import hashlib
import re

CODE = re.compile(r"[0-9a-f]{6}", re.ASCII)
SIDE = 5  # squares
# Ink and paper of each: at least 3:1 between the two, on a light page and on a dark one.
COLOURS = (
    ("#5b34d6", "#e9e3fb"),
    ("#00766d", "#d8f1ee"),
    ("#b01870", "#fbe0ee"),
    ("#8f5a00", "#f8ebd2"),
    ("#1a57cc", "#dfe9fb"),
    ("#0a6f99", "#daeef7"),
    ("#37731c", "#e2f1db"),
    ("#b32d0a", "#fbe3dc"),
)


def code_of(random: str, name: str, *, comment: int | None) -> str:
    """Return the code of the picture beside a name, by the writer's random value.

    It is one comment's own, or, with None, that of all comments which the owner of the address called their own.
    """
    words = " ".join(name.casefold().split())
    whose = "" if comment is None else f"\0{comment}"
    return hashlib.sha256(f"{random}\0{words}{whose}".encode()).hexdigest()[:6]


def draw(code: str) -> str:
    """Return the picture of a code as SVG: squares, the same on the left and on the right."""
    number = int(code, 16)
    ink, paper = COLOURS[number & 7]
    bits = number >> 3
    half = (SIDE + 1) // 2
    steps = []
    for row in range(SIDE):
        for column in range(half):
            if bits >> (row * half + column) & 1:
                steps += [f"M{x + 1} {row + 1}h1v1h-1z" for x in sorted({column, SIDE - 1 - column})]
    edge = SIDE + 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {edge} {edge}" shape-rendering="crispEdges">'
        f'<path fill="{paper}" d="M0 0h{edge}v{edge}H0z"/><path fill="{ink}" d="{"".join(steps)}"/></svg>'
    )
