"""The joined style sheet is made of its parts, in order, and anew whenever one of them changes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from comments.receipts import receipt_url
from newsblog import bundles
from tests.factories import make_comment


@pytest.fixture
def finder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bundles.BundleFinder:
    source = tmp_path / "static"
    (source / "css").mkdir(parents=True)
    for name in ("tokens", "base"):
        (source / "css" / f"{name}.css").write_text(f".{name} {{ }}\n", "utf-8")
    settings.STATICFILES_DIRS = [source]
    settings.VAR = tmp_path / "var"
    monkeypatch.setattr(bundles, "BUNDLES", {"css/site.css": ["css/tokens.css", "css/base.css"]})
    return bundles.BundleFinder()


def test_the_parts_stand_in_their_order(finder: bundles.BundleFinder) -> None:
    assert Path(finder.find("css/site.css")).read_text("utf-8") == ".tokens{}.base{}\n"


def test_a_part_that_changed_is_joined_anew(finder: bundles.BundleFinder) -> None:
    joined = Path(finder.find("css/site.css"))
    part = finder.source / "css" / "base.css"
    part.write_text(".better { }\n", "utf-8")
    later = joined.stat().st_mtime + 5
    os.utime(part, (later, later))
    assert Path(finder.find("css/site.css")).read_text("utf-8") == ".tokens{}.better{}\n"


def test_nothing_else_is_found_here(finder: bundles.BundleFinder) -> None:
    assert finder.find("css/tokens.css") == []
    assert finder.find("../secret-key") == []


def test_collecting_finds_the_joined_file(finder: bundles.BundleFinder) -> None:
    assert [path for path, _ in finder.list([])] == ["css/site.css"]


def test_the_sites_own_style_sheet_names_its_layers_first() -> None:
    text = Path(str(finders.find("css/site.css"))).read_text("utf-8")
    assert "@layer" in text
    assert text.index("@layer") < text.index("{")


def test_comments_and_loose_space_stay_with_the_editors() -> None:
    css = '/* why\n so */\n@layer a {\n  .b::after { content: "/* kept; } */"; } /* gone */\n\n}\n'
    assert bundles.lean(css) == '@layer a{.b::after{content:"/* kept; } */"}}\n'


def test_a_script_is_sent_without_its_comments_and_indents() -> None:
    script = (
        "/* Why\n   it is here. */\n(() => {\n  const A = 30; // minutes\n\n"
        "  try { a(); } catch { return; } // it is off\n"
        '  b(`x ${"y"} // z`, "https://a.example");\n})();\n'
    )
    lean = "(() => {\nconst A = 30;\ntry { a(); } catch { return; }\n"
    assert bundles.lean_script(script) == lean + 'b(`x ${"y"} // z`, "https://a.example");\n})();\n'


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("nav :hover, nav > a:focus { inset: calc(1px + 2px); }", "nav :hover,nav>a:focus{inset:calc(1px + 2px)}"),
        (
            "@media (hover: hover) and (width < 9px) {\n  a { top: 0; }\n}",
            "@media (hover:hover) and (width < 9px){a{top:0}}",
        ),
        ("q { quotes: '“ ' ' ”'; font: 1em/1.5 'A  B', serif }", "q{quotes:'“ ' ' ”';font:1em/1.5 'A  B',serif}"),
    ],
)
def test_a_space_that_means_something_is_sent(written: str, sent: str) -> None:
    assert bundles.lean(written) == f"{sent}\n"


def test_the_style_sheet_of_every_page_keeps_its_budget() -> None:
    css = Path(str(finders.find("css/site.css"))).read_bytes()
    assert len(brotli.compress(css)) <= 9_000


@pytest.mark.django_db
def test_only_private_pages_link_the_sheet_that_only_they_need(client: Client) -> None:
    comment = make_comment()
    private = b"css/private"
    assert private not in client.get(comment.article.get_absolute_url()).content
    assert private not in client.get("/").content
    for page in (receipt_url(comment), f"/comments/on/{comment.article.slug}/"):
        assert private in client.get(page).content, page
