"""Requests in number: by wrk where it is installed, else by threads of this process, which are slower themselves."""

from __future__ import annotations

import http.client
import math
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# wrk prints its summary for people; this asks for the numbers. Latencies are in microseconds.
_SUMMARY = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    "SUMMARY %d %.6f %.3f %.3f %d %d\\n", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.timeout, e.status))
end
"""


@dataclass(frozen=True)
class Outcome:
    """What a load came to. Times are milliseconds; ``refused`` counts statuses from 400 on."""

    requests: int
    seconds: float
    p50: float
    p99: float
    failed: int
    refused: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Reply:
    """One answer, whole."""

    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes
    seconds: float


class Connection:
    """One kept-open connection to a server of this machine."""

    def __init__(self, port: int, *, timeout: float = 30) -> None:
        self.port = port
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(
        self, path: str, *, method: str = "GET", body: str | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """Return the answer. Raises OSError or http.client.HTTPException where there is none."""
        begun = time.perf_counter()
        try:
            self.http.request(method, path, body, headers or {})
            response = self.http.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.http.close()
            raise
        spent = time.perf_counter() - begun
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, content, spent)

    def close(self) -> None:
        self.http.close()


def ask(port: int, path: str, *, timeout: float = 30, headers: dict[str, str] | None = None) -> Reply:
    """Return one answer over a connection of its own."""
    connection = Connection(port, timeout=timeout)
    try:
        return connection.ask(path, headers=headers)
    finally:
        connection.close()


def run(url: str, *, seconds: float, connections: int = 4, headers: dict[str, str] | None = None) -> Outcome:
    """Ask for one address as fast as it is answered."""
    asked = headers or {}
    if shutil.which("wrk"):
        return _wrk(url, seconds, connections, asked)
    return _threads(url, seconds, connections, asked)


def summary_in(output: str) -> Outcome:
    """Return the outcome in what wrk printed. Raises ValueError where it printed none."""
    for line in output.splitlines():
        if line.startswith("SUMMARY "):
            requests, seconds, p50, p99, failed, refused = line.split()[1:]
            return Outcome(int(requests), float(seconds), float(p50), float(p99), int(failed), int(refused))
    raise ValueError(f"wrk printed no summary: {output[-500:]}")


def _wrk(url: str, seconds: float, connections: int, headers: dict[str, str]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "summary.lua")
        script.write_text(_SUMMARY)
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--timeout", "10s"]
        command += ["--duration", f"{max(1, round(seconds))}s", "--script", str(script)]
        for name, value in headers.items():
            command += ["--header", f"{name}: {value}"]
        done = subprocess.run([*command, url], capture_output=True, text=True, check=True)
    return summary_in(done.stdout)


def _threads(url: str, seconds: float, connections: int, headers: dict[str, str]) -> Outcome:
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    stop = time.monotonic() + seconds
    times: list[float] = []
    failed, refused = [0], [0]

    def client() -> None:
        connection = Connection(parts.port or 80, timeout=10)
        while time.monotonic() < stop:
            try:
                reply = connection.ask(path, headers=headers)
            except (OSError, http.client.HTTPException):
                failed[0] += 1
                continue
            times.append(reply.seconds * 1000)
            refused[0] += reply.status >= 400
        connection.close()

    begun = time.monotonic()
    clients = [threading.Thread(target=client) for _ in range(connections)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    spent = time.monotonic() - begun
    return Outcome(len(times), spent, quantile(times, 0.5), quantile(times, 0.99), failed[0], refused[0])


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def median(values: Iterable[float]) -> float:
    """Return the median; 0 for none."""
    found = list(values)
    return statistics.median(found) if found else 0.0
