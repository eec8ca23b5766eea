"""What `make run` and `make test` do before anything else: packages, port, secret, browser."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from deploy import browser, laptop, packages


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Every program that would have been started; each succeeds."""
    started: list[list[str]] = []

    def start(words: list[Any], **options: Any) -> subprocess.CompletedProcess[bytes]:
        started.append([str(word) for word in words])
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(subprocess, "run", start)
    return started


def installs(calls: list[list[str]]) -> list[list[str]]:
    return [call for call in calls if "install" in call]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.txt"
    file.write_text("django==5.2.19", "utf-8")
    return file


def test_packages_are_installed_once_and_again_when_the_lock_changes(
    tmp_path: Path, lock: Path, calls: list[list[str]]
) -> None:
    folder = tmp_path / ".venv"
    packages.make(folder)
    packages.install(folder, [lock])
    assert len(installs(calls)) == 1
    assert "--require-hashes" in installs(calls)[0]
    packages.install(folder, [lock])
    assert len(installs(calls)) == 1
    lock.write_text("django==5.2.20", "utf-8")
    packages.install(folder, [lock])
    assert len(installs(calls)) == 2


def test_an_install_that_was_cut_off_starts_from_an_empty_environment(
    tmp_path: Path, lock: Path, calls: list[list[str]]
) -> None:
    folder = tmp_path / ".venv"
    packages.make(folder)
    (folder / "half").touch()
    (folder / "unfinished").touch()
    packages.install(folder, [lock])
    assert not (folder / "half").exists()
    assert not (folder / "unfinished").exists()
    assert len(installs(calls)) == 1


def test_a_failed_install_is_not_taken_for_a_finished_one(
    tmp_path: Path, lock: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(words: list[Any], **options: Any) -> subprocess.CompletedProcess[bytes]:
        if "install" in words:
            raise subprocess.CalledProcessError(1, "pip")
        return subprocess.CompletedProcess(words, 0)

    packages.make(tmp_path / ".venv")
    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(subprocess.CalledProcessError):
        packages.install(tmp_path / ".venv", [lock])
    assert (tmp_path / ".venv" / "unfinished").exists()
    assert not packages.is_installed(tmp_path / ".venv", lock)


def test_without_an_own_pip_the_environment_is_filled_by_that_of_its_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "HAS_ENSUREPIP", False)
    words = packages.pip(Path(".venv/bin/python"))
    assert words[1:3] == ["-m", "pip"]
    assert words[words.index("--python") + 1] == ".venv/bin/python"


def test_a_free_port_is_taken() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert laptop.free_port(str(port)) == port


def test_a_taken_port_gets_a_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} is taken by another program"):
            laptop.free_port(str(port))


@pytest.mark.parametrize("asked", ["abc", "0", "65536", "-1", "80 00", "８０００", "1e3"])
def test_what_is_no_port_gets_a_sentence(asked: str) -> None:
    with pytest.raises(SystemExit, match="a port is a number from 1 to 65535"):
        laptop.free_port(asked)


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    first = laptop.secret(path)
    assert len(first) >= 50
    assert laptop.secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["secret-key"]


def test_a_shell_that_works_on_something_else_does_not_lend_its_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"DATABASE_URL": "postgres://elsewhere/other", "NEWSBLOG_NAME": "The Gazette"}
    monkeypatch.setattr(os, "environ", environment)
    laptop.prepare_environment(tmp_path, 9000)
    assert "DATABASE_URL" not in environment
    assert environment["NEWSBLOG_NAME"] == "The Gazette"
    assert environment["NEWSBLOG_DEBUG"] == "0"
    assert environment["NEWSBLOG_URL"] == "http://127.0.0.1:9000"


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_without_a_browser_ci_fails_and_others_are_told_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, status: int
) -> None:
    monkeypatch.setattr(browser, "find", lambda: None)
    monkeypatch.setattr("sys.argv", ["browser.py"])
    monkeypatch.setenv("CI", ci)
    with pytest.raises(SystemExit) as left:
        browser.main()
    assert left.value.code == status
    assert "NO BROWSER" in capsys.readouterr().err


# A whole server needs a second to start; what stands in for the site answers as quickly as any.
SUPERVISE = """
import sys
import threading
from deploy import laptop
laptop.SERVER = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgiref.simple_server:demo_app")
laptop.WORKER = ("-c", "import os, sys, time\\nwhile os.getppid() == int(sys.argv[-1]): time.sleep(0.1)")
sys.exit(laptop.supervise())
"""


def members(group: int) -> list[str]:
    """The processes of a group that still run."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return [words for pgid, state, words in rows if int(pgid) == group and not state.startswith("Z")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["Ctrl-C", "TERM", "KILL"])
def test_however_the_site_is_stopped_neither_server_nor_worker_stays(number: signal.Signals) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"NEWSBLOG_BIND": f"127.0.0.1:{port}", "NEWSBLOG_URL": f"http://127.0.0.1:{port}", "WEB_CONCURRENCY": "1"}
    running = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE],
        cwd=laptop.ROOT,
        env=os.environ | given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert running.stdout is not None
    try:
        assert running.stdout.readline() == f"newsblog is at http://127.0.0.1:{port}/\n"
        assert len(members(running.pid)) >= 3
        if number == signal.SIGINT:
            os.killpg(running.pid, number)  # as a terminal does
        else:
            running.send_signal(number)
        running.wait(30)
        until = time.monotonic() + 30
        while (left := members(running.pid)) and time.monotonic() < until:
            time.sleep(0.1)
        assert left == []
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.stdout.close()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


def test_the_second_of_two_installs_waits_for_the_first(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: list[Path] = []
    monkeypatch.setattr(packages, "install", lambda folder, locks: entered.append(folder))
    monkeypatch.setattr(sys, "argv", ["packages.py", "--into", str(tmp_path), str(lock)])
    second = threading.Thread(target=packages.main)
    with lock.open() as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second.start()
        second.join(timeout=0.3)
        assert not entered
    second.join(timeout=30)
    assert entered == [tmp_path]
