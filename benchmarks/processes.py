"""What processes cost, from the kernel's own accounting; and programs that end with the block that began them."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

TICK = os.sysconf("SC_CLK_TCK")
PORTS = range(8106, 8306)  # all that a run listens on, so that it can be allowed or found by number
APART = 37  # ports between the places from which processes started one after another look
PROC = Path("/proc")


class StartError(Exception):
    """A program ended or stayed silent; the message holds the end of its log."""


def stat_of(text: str) -> tuple[int, float]:
    """Return the parent's id and the CPU seconds of a /proc/PID/stat line, those of ended children included."""
    # The name in brackets may hold spaces and brackets itself: the fields begin behind the last one.
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), sum(int(fields[at]) for at in (11, 12, 13, 14)) / TICK


def tree(root: int) -> dict[int, float]:
    """Return the CPU seconds of a process and everything below it, by process id; empty when it has ended."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)], spent[int(entry.name)] = stat_of((entry / "stat").read_text())
            except (OSError, IndexError):
                continue  # it ended meanwhile
    found = {root} & spent.keys()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: spent[pid] for pid in found}


def cpu_seconds(*roots: int) -> float:
    """Return the CPU seconds that these processes and all below them have used so far."""
    return sum(sum(tree(root).values()) for root in roots)


def memory_of(pid: int) -> int:
    """Return the bytes that a process holds for itself and its share of what it has in common with others (PSS)."""
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def resident(pid: int) -> int:
    """Return the resident bytes of a process, what it shares included (RSS)."""
    return int((PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    """Return a port of ours that nobody listens on. Raises StartError where all are taken.

    Each process looks from a place of its own: two could be given one port before either listens on it.
    """
    begin = os.getpid() * APART % len(PORTS)
    for port in chain(PORTS[begin:], PORTS[:begin]):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port not in _given:
                _given.add(port)
                return port
    raise StartError(f"All ports from {PORTS.start} to {PORTS.stop - 1} are taken.")


_given: set[int] = set()


def machine() -> str:
    """Return a sentence on the machine: cores, memory, kernel, interpreter."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    cores = len(os.sched_getaffinity(0))
    kernel = f"{platform.system()} {platform.release().partition('-')[0]}"
    return f"{cores} cores, {memory:.0f} GB, {kernel}, Python {platform.python_version()}"


class Program:
    """A program on loopback, from the start of a ``with`` block to its end.

    ``ready`` is asked until it says yes. Only this process and its children are ever ended.
    """

    PATIENCE = 30.0  # seconds until it must be ready, and until it must have ended

    def __init__(
        self,
        command: Iterable[str],
        *,
        ready: Callable[[], bool],
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        last_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.command = list(command)
        self.environment = environment
        self.folder = folder
        self.ready = ready
        self.log = log
        self.last_signal = last_signal
        self.process: subprocess.Popen[bytes] | None = None
        self.ready_after = 0.0  # seconds from its start to its first answer

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self.process is not None, "it runs only inside its block"
        return self.process.pid

    def start(self) -> None:
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() - begun > self.PATIENCE:
                self.stop()
                raise StartError(f"{self.command[0]} did not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.01)
        self.ready_after = time.monotonic() - begun

    def stop(self, how: signal.Signals | None = None) -> None:
        """End it, by a signal that lets it tidy up unless ``how`` is another."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how or self.last_signal)
            try:
                self.process.wait(self.PATIENCE)
            except subprocess.TimeoutExpired:
                for pid in sorted(tree(self.process.pid), reverse=True):
                    os.kill(pid, signal.SIGKILL)
                self.process.wait()
        self.process = None

    def cpu(self) -> float:
        return cpu_seconds(self.pid)

    def children(self) -> list[int]:
        return sorted(tree(self.pid).keys() - {self.pid})


def listens(port: int) -> bool:
    """Whether somebody accepts connections on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
