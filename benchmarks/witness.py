"""Whether what was read was right: a history of acts, against which each reading is held."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Act:
    """Something took a new value: begun, and acknowledged as done, by the machine's monotonic clock."""

    begun: float
    value: str
    done: float = float("inf")  # while it is under way


@dataclass
class History:
    """The values of one thing, in the order in which they were given."""

    acts: list[Act] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def act(self, value: str) -> Iterator[None]:
        """Note that a block gives it this value; one that fails may have, or may not."""
        made = Act(time.monotonic(), value)
        with self._lock:
            self.acts.append(made)
        yield
        made.done = time.monotonic()

    @property
    def current(self) -> str:
        with self._lock:
            return self.acts[-1].value

    def lateness(self, value: str, begun: float, ended: float) -> float | None:
        """Return by how many seconds a reading was late; 0 where it was right, None where the value never was.

        Right is whatever was current at any moment of the reading, an act under way being both: a reading that
        began after an act was acknowledged must show it. The lateness of an old value is the time from the
        acknowledgement of its successor to the beginning of the reading.
        """
        with self._lock:
            acts = list(self.acts)
        latest: float | None = None
        for at, act in enumerate(acts):
            if act.value != value or act.begun > ended:
                continue
            following = acts[at + 1].done if at + 1 < len(acts) else float("inf")
            late = max(0.0, begun - following)
            latest = late if latest is None else min(latest, late)
        return latest
