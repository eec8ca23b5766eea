"""Databases of a run's own on the machine's PostgreSQL, made and dropped by it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from benchmarks.processes import PROC, stat_of

# Tried in this order. A server that only admits its own people is no use; the message says how to name another.
CANDIDATES = ("postgres://postgres@127.0.0.1:5432/postgres", "postgres://127.0.0.1:5432/postgres")


@dataclass(frozen=True)
class Database:
    """A database for one run."""

    url: str
    server: Server

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.lstrip("/")

    def cpu(self) -> float:
        """Return the CPU seconds of the processes that serve its connections; 0 where the server is elsewhere."""
        spent = 0.0
        for pid in self.server.backends(self.name):
            try:
                spent += stat_of((PROC / str(pid) / "stat").read_text())[1]
            except OSError:
                continue
        return spent


@dataclass(frozen=True)
class Server:
    """A PostgreSQL on which we may make databases."""

    url: str

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Make an empty database and drop it with the block."""
        name = f"newsblog_bench_{os.getpid()}_{secrets.token_hex(3)}"
        self._run(f'CREATE DATABASE "{name}"')
        try:
            yield Database(urlunsplit(urlsplit(self.url)._replace(path=f"/{name}")), self)
        finally:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def backends(self, database: str) -> list[int]:
        import psycopg

        with psycopg.connect(self.url) as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [database]).fetchall()
        return [pid for (pid,) in rows]

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


def postgres() -> Server | None:
    """Return the first server that lets us make databases: BENCHMARK_POSTGRES, or one on loopback; None without."""
    try:
        import psycopg
    except ImportError:
        return None
    for url in filter(None, (os.environ.get("BENCHMARK_POSTGRES"), *CANDIDATES)):
        try:
            with psycopg.connect(url, connect_timeout=2) as connection:
                row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
                if row.fetchone() == (True,):
                    return Server(url)
        except psycopg.Error:
            continue
    return None
