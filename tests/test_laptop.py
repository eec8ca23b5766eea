"""What `make run` and `make test` do before anything else: packages, port, secret, browser."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
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
