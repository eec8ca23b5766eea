"""A laptop starts bare; a server stops at the first thing that it was not told, by its name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SERVER = {
    "NEWSBLOG_URL": "https://news.example",
    "NEWSBLOG_HOSTS": "news.example",
    "NEWSBLOG_SECRET_KEY": "Nq7c-XPm3zRk0sVd9wTfYh2uLb5eGa8iJo4nCp6x_KtQy1Zr-hB7vDe2",
}


def manage(*words: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one of Django's commands with this environment and nothing else of ours."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=bare | {"NEWSBLOG_VAR": str(var)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_laptop_starts_with_nothing_set(tmp_path: Path) -> None:
    # The folder is not there yet, and its name is neither a URL nor free of spaces.
    done = manage("migrate", "--plan", var=tmp_path / "c++ & co?#%20" / "var")
    assert done.returncode == 0, done.stderr
    assert "Create model Article" in done.stdout


def test_a_laptop_keeps_its_database_in_the_folder_it_was_told(tmp_path: Path) -> None:
    var = tmp_path / "c++ & co?#%20"
    assert manage("migrate", "contenttypes", var=var).returncode == 0
    assert (var / "db.sqlite3").stat().st_size > 0


@pytest.mark.parametrize("missing", SERVER)
def test_a_server_names_the_variable_that_it_lacks(missing: str, tmp_path: Path) -> None:
    told = {name: value for name, value in SERVER.items() if name != missing}
    done = manage("check", var=tmp_path, NEWSBLOG_DEBUG="0", **told)
    assert done.returncode != 0
    assert f"Set {missing}: production has no default for it." in done.stderr


def test_a_servers_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    mail = "smtp+tls://newsroom:password@mail.news.example:587"
    told = SERVER | {"NEWSBLOG_DEBUG": "0", "EMAIL_URL": mail}
    done = manage("check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **told)
    assert done.returncode == 0, done.stderr


def test_without_manage_the_site_is_a_server(tmp_path: Path) -> None:
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", "import newsblog.wsgi"],
        cwd=ROOT,
        env=bare | {"NEWSBLOG_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Set NEWSBLOG_URL: production has no default for it." in done.stderr


def test_a_comment_that_was_acknowledged_is_on_the_disk(db: None) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's own default is to wait for the disk.")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def variables() -> set[str]:
    """Return every variable that the settings and the server's configuration read."""
    read = (ROOT / "newsblog" / "settings.py").read_text("utf-8")
    read += (ROOT / "deploy" / "gunicorn.conf.py").read_text("utf-8")
    return set(re.findall(r"(?:env\.\w+|required|environ\.get)\(\s*\"([A-Z_]+)\"", read))


def test_every_variable_is_explained_and_has_its_line_in_the_example() -> None:
    names = variables()
    assert len(names) > 15  # the pattern above finds them
    handbook = (ROOT / "docs" / "settings.md").read_text("utf-8")
    example = (ROOT / "deploy" / "env.example").read_text("utf-8")
    assert {name for name in names if f"`{name}`" not in handbook} == set()
    assert {name for name in names if not re.search(rf"^#?{name}=", example, re.MULTILINE)} == set()


def test_the_example_names_no_variable_that_nothing_reads() -> None:
    example = (ROOT / "deploy" / "env.example").read_text("utf-8")
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) - variables() == set()
