"""What holds of the code as a whole: the direction of imports, and words that may not be in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
APPS = ("newsblog", "articles", "comments")


def modules(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """Return the packages that a module imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add((node.module or "").partition(".")[0])
    return names


def test_articles_import_neither_comments_nor_the_site() -> None:
    assert {path for path, tree in modules("articles") if imported(tree) & {"comments", "newsblog"}} == set()


def test_comments_do_not_import_the_site() -> None:
    assert {path for path, tree in modules("comments") if "newsblog" in imported(tree)} == set()


def test_articles_name_the_comments_app_in_no_string() -> None:
    named = re.compile(r"\bcomments[.:][a-z]")
    found = {
        path
        for path, tree in modules("articles")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.search(node.value)
    }
    assert found == set()


def test_no_rule_hangs_on_a_signal() -> None:
    hooked = {
        path
        for path, tree in modules(*APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.db.models.signals", "django.dispatch"))
    }
    assert hooked == set()


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "helpers", "common", "services", "misc"}
    assert {path for path, _ in modules(*APPS) if path.stem in drawers} == set()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes detected" in out.getvalue()


def test_public_templates_hold_no_inline_script_or_style() -> None:
    inline = re.compile(
        r"<script(?![^>]*(?:\bsrc=|type=\"application/))|<style\b|\sstyle=|\son[a-z]+=\"", re.IGNORECASE
    )
    # A mail has no policy, and mail programs read no style sheet beside it.
    pages = [
        path
        for path in (ROOT / "templates").rglob("*.html")
        if not {"admin", "mail"} & set(path.relative_to(ROOT).parts)
    ]
    assert pages
    assert {path.relative_to(ROOT) for path in pages if inline.search(path.read_text("utf-8"))} == set()


def test_every_module_says_what_it_is_for() -> None:
    silent = {
        path
        for path, tree in modules(*APPS)
        if tree.body and "migrations" not in path.parts and not ast.get_docstring(tree)
    }
    assert silent == set()
