"""Figures as Markdown: docs/performance.md, put together from the last result of each part."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.processes import machine
from benchmarks.servers import ROOT

PAGE = ROOT / "docs" / "performance.md"
KEPT = ROOT / "docs" / "performance.json"  # the results that the page is written from, so that parts can be run alone
ORDER = ("pages", "posts", "burst", "weight", "start", "growth", "machines", "soak")

INTRODUCTION = """# Performance

Written by `make bench`, which measures everything anew on the machine that it runs on; `python -m benchmarks NAME`
measures one part. A figure is the median of several rounds in which what is compared takes turns, so that ratios hold
where the machine is noisy. CPU is the server's own, from the kernel's accounting of its processes, ended ones
included; the client's is not in it. Bounds are promises of the project: what misses one says so.
"""


@dataclass
class Table:
    """Rows below a heading; every cell is text."""

    head: list[str]
    rows: list[list[str]]

    def markdown(self) -> str:
        lines = [self.head, ["---", *["--:"] * (len(self.head) - 1)], *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass
class Part:
    """What one part of the run found: sentences and tables."""

    name: str
    title: str
    about: str
    tables: list[Table]
    notes: list[str] = field(default_factory=list)
    taken: str = field(default_factory=lambda: f"{datetime.now(UTC):%-d %B %Y, %H:%M} UTC")
    machine: str = field(default_factory=machine)

    def markdown(self) -> str:
        blocks = [f"## {self.title}", self.about, *(table.markdown() for table in self.tables)]
        if self.notes:
            blocks.append("\n".join(f"- {note}" for note in self.notes))
        blocks.append(f"Taken on {self.taken}: {self.machine}.")
        return "\n\n".join(blocks)


def number(value: float) -> str:
    """Return a figure with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def verdict(value: float, bound: float, *, at_least: bool = False) -> str:
    """Return whether a figure keeps its bound, and by how much it misses it."""
    if value >= bound if at_least else value <= bound:
        return "kept"
    return f"**missed by {abs(value / bound - 1):.0%}**"


def keep(parts: Iterable[Part], *, page: Path = PAGE, kept: Path = KEPT) -> None:
    """Put new results in the place of the old ones of the same name, and write the page anew."""
    known = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    known |= {part.name: asdict(part) for part in parts}
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")
    page.write_text(written([loaded(known[name]) for name in ORDER if name in known]), "utf-8")


def loaded(given: dict[str, object]) -> Part:
    """Return a part from its JSON form."""
    fields = dict(given)
    tables = fields.pop("tables")
    assert isinstance(tables, list)
    return Part(**fields, tables=[Table(**table) for table in tables])  # type: ignore[arg-type]


def written(parts: Iterable[Part]) -> str:
    """Return the whole page."""
    return "\n\n".join([INTRODUCTION.strip(), *(part.markdown() for part in parts)]) + "\n"
