"""The command: which parts to measure, and whether docs/performance.md is written."""

from __future__ import annotations

import argparse
import importlib
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from benchmarks.servers import collect_static
from benchmarks.table import ORDER, Part, keep

# What fits in a quarter of an hour; growth with its million and the long mixed run are asked for by name, or by `all`.
USUAL = ("pages", "posts", "burst", "weight", "start", "machines")

# Minutes after which a part is given up, so that a run ends whatever hangs in it; about twice what each takes.
LONGEST = {"pages": 15, "posts": 4, "burst": 4, "weight": 2, "start": 2, "machines": 8, "growth": 120}


class TooLong(Exception):
    """A part took longer than it may."""


def main() -> int:
    """Measure, print, and write the page; the status is 1 where a part failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(ORDER)}, all; without: {', '.join(USUAL)}"
    )
    parser.add_argument("--quick", action="store_true", help="short loads, to see that it works; nothing is written")
    parser.add_argument("--seconds", type=int, default=600, help="how long the mixed run of `soak` lasts")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run, with its logs")
    given = parser.parse_args()
    names = ORDER if "all" in given.parts else tuple(given.parts) or USUAL
    if unknown := set(names) - set(ORDER):
        parser.error(f"There is no part called {', '.join(sorted(unknown))}.")
    work = Path(tempfile.mkdtemp(prefix="newsblog-bench-"))
    failed = False
    try:
        static = collect_static(work)
        for name in ORDER:
            if name in names:
                failed |= not _measured(name, work, static, given)
    finally:
        if given.keep:
            print(f"The folder of the run: {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)
    return int(failed)


def _measured(name: str, work: Path, static: Path, given: argparse.Namespace) -> bool:
    begun = time.monotonic()
    options = {"seconds": 20 if given.quick else given.seconds} if name == "soak" else {}
    try:
        with _at_most(LONGEST.get(name, 5 + given.seconds / 60) * 60):
            part: Part = importlib.import_module(f"benchmarks.{name}").measure(
                work, static, quick=given.quick, **options
            )
    except Exception as error:  # the other parts are worth having
        print(f"{name}: not measured. {type(error).__name__}: {error}", file=sys.stderr)
        return False
    print(f"{part.markdown()}\n\n({name}: {time.monotonic() - begun:.0f} s)\n", flush=True)
    if not given.quick:
        keep([part])
    return True


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise TooLong inside the block when the time is over; what the part has started ends with its own blocks."""

    def over(number: int, frame: FrameType | None) -> None:
        raise TooLong(f"It was given up after {seconds / 60:.0f} minutes.")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    sys.exit(main())
