"""What holds of every page: it fits the screen, speaks to everybody, and keeps to itself."""

from __future__ import annotations

import json
import urllib.request
from urllib.error import HTTPError

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Arrive, Site, play

ARTICLE = "/2023/01/microsoft-and-openai-extend-partnership/"
SLUG = "microsoft-and-openai-extend-partnership"
PUBLIC = {
    "front": "/",
    "article": ARTICLE,
    "section": "/sections/ai/",
    "year": "/2023/",
    "search": "/search/?q=cloud",
    "not found": "/2023/01/nothing-of-the-kind/",
    "write": f"/comments/on/{SLUG}/",
}
WIDTHS = (320, 390, 1280)
ANSWERS = {"void receipt": 404, "void own": 410, "no appeal": 403}  # of the scenes; the others answer 200


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def repeated_ids(page: Page) -> list[str]:
    """Return the ids that several elements share: a label or a link would find the first of them alone."""
    found: list[str] = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    return sorted({name for name in found if found.count(name) > 1})


def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA and its best practices, rule and first place of each."""
    # Without fetching the imports of style sheets: it would put them into <style>, which the policy forbids.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [
        f"{rule['id']}: {json.dumps(rule['nodes'][0]['target'])} {rule['nodes'][0]['html'][:120]}" for rule in found
    ]


@pytest.mark.parametrize("address", PUBLIC.values(), ids=PUBLIC.keys())
def test_a_public_page_fits_every_screen(arrive: Arrive, address: str) -> None:
    reader = arrive()
    for width in WIDTHS:
        reader.page.set_viewport_size({"width": width, "height": 800})
        reader.open(address)
        assert overflow(reader.page) <= 0, f"wider than the screen at {width} px"
    assert reader.context.cookies() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("address", PUBLIC.values(), ids=PUBLIC.keys())
def test_a_public_page_can_be_used_by_everybody(arrive: Arrive, address: str, dark: bool) -> None:
    page = arrive(width=390, dark=dark).open(address)
    assert violations(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_form_with_errors_and_the_receipt_can_be_used_by_everybody(arrive: Arrive, dark: bool) -> None:
    page = arrive(width=390, dark=dark).open(ARTICLE)
    page.fill("#id_comment", f"A question for the desk, at {'night' if dark else 'noon'}.")
    page.fill("#id_name", "Rita Moreau")
    page.fill("#id_email", "rita@example")
    page.get_by_role("button", name="Post comment").click()
    assert page.get_by_role("alert").is_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    page.fill("#id_email", f"rita-{dark}@usable.example".lower())
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url("**/comments/receipt/**")
    assert violations(page) == []
    assert overflow(page) <= 0


@pytest.fixture(scope="module")
def lived_in(site: Site) -> dict[str, dict[str, str]]:
    """The addresses of a site on which everything has happened, by who meets them and by name."""
    return play(site)


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)], ids=["phone-dark", "desk-light"])
@pytest.mark.parametrize(("group", "who"), [("public", ""), ("private", ""), ("desk", "max"), ("rules", "admin")])
def test_every_state_of_the_conversation_fits_and_can_be_used_by_everybody(
    arrive: Arrive, lived_in: dict[str, dict[str, str]], group: str, who: str, width: int, dark: bool
) -> None:
    person = arrive(width=width, dark=dark)
    if who:
        person.sign_in(who)
    faults = {}
    for name, address in lived_in[group].items():
        page = person.page
        answer = page.goto(person.site.url + address)
        found = violations(page)
        if answer is None or answer.status != ANSWERS.get(name, 200):
            found.append(f"answered {answer and answer.status}")
        if twice := repeated_ids(page):
            found.append(f"more than once on the page: {twice}")
        for narrow in (320, width):
            page.set_viewport_size({"width": narrow, "height": 800})
            if overflow(page) > 0:
                found.append(f"wider than the screen at {narrow} px")
        if found:
            faults[name] = found
    assert faults == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_desk_and_the_queue_can_be_used_by_everybody(arrive: Arrive, dark: bool) -> None:
    moderator = arrive(dark=dark)
    page = moderator.sign_in("max")
    assert violations(page) == []
    moderator.open("/admin/comments/comment/")
    assert page.locator(".item").count() > 0
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert overflow(page) <= 0


def test_a_file_carries_its_headers_too(site: Site, arrive: Arrive) -> None:
    page = arrive().open(ARTICLE)
    style = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    picture = page.locator("main img").first.get_attribute("src")
    assert style
    assert picture
    for address in (style, picture):
        with urllib.request.urlopen(site.url + address, timeout=60) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff", address
            assert "immutable" in answer.headers["Cache-Control"], address
            assert answer.headers["Set-Cookie"] is None


def test_the_database_and_the_secret_cannot_be_asked_for(site: Site) -> None:
    for address in (
        "/media/../secret-key",
        "/media/%2e%2e/db.sqlite3",
        "/static/../secret-key",
        "/static/%2e%2e/db.sqlite3",
    ):
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(site.url + address, timeout=60)
        refused.value.close()
        assert refused.value.code == 404


def test_the_second_reader_gets_the_stored_copy(site: Site) -> None:
    seen = []
    for _ in range(6):  # two processes, each stores its own
        with urllib.request.urlopen(site.url + ARTICLE, timeout=60) as answer:
            seen.append((answer.headers["X-Cache"], answer.headers["ETag"], answer.read()))
    assert "hit" in {cache for cache, _, _ in seen}
    assert len({(tag, body) for _, tag, body in seen}) == 1
