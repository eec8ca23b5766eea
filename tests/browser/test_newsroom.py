"""What the newsroom does: write with a picture, review, publish, lead the front page, decide about comments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.factories import picture_file


def test_an_article_goes_from_its_writer_over_its_editor_to_the_top_of_the_front_page(
    arrive: Arrive, tmp_path: Path
) -> None:
    headline = "A small town gets its own exchange point"
    picture = tmp_path / "IMG_0001.jpg"
    picture.write_bytes(picture_file().read())

    jonas = arrive()
    page = jonas.sign_in("jonas")
    jonas.open("/admin/articles/article/add/")
    page.fill("#id_headline", headline)
    page.fill("#id_kicker", "Networks")
    page.fill("#id_standfirst", "Three providers, one cupboard, and no more detour by way of the capital.")
    page.get_by_role("textbox", name="Text").click()
    page.keyboard.type("The cupboard stands in the cellar of the town hall.")
    page.select_option("#id_section", label="Business")
    page.fill("#id_byline_names", "Jonas Lind")
    page.fill("#id_tag_names", "Networks")
    page.set_input_files("#id_hero", picture)
    page.fill("#id_hero_alt", "A grey cupboard with its doors open; a bundle of yellow cables runs up to the ceiling.")
    page.fill("#id_hero_credit", "Photo: Jonas Lind")
    page.select_option("#id_source_kind", "report")
    page.fill("#id_publisher_name", "Town Gazette")
    page.fill("#id_source_title", "Exchange point opens")
    page.fill("#id_source_url", "https://gazette.example/exchange")
    page.get_by_role("button", name="Send for review").click()
    expect(page.locator("#content, main").first).to_contain_text(re.compile("in review", re.IGNORECASE))

    rita = arrive()
    rita.open("/")
    expect(rita.page.get_by_text(headline)).to_have_count(0)

    ada = arrive()
    desk = ada.sign_in("ada")
    expect(desk.locator("body")).to_contain_text(headline)
    desk.get_by_role("link", name=headline).first.click()
    expect(desk.locator("#id_headline")).to_have_value(headline)
    desk.fill("#id_pinned_until", f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M}")
    desk.get_by_role("button", name="Publish now").first.click()
    expect(desk.locator("body")).to_contain_text("Readers see the saved version.")

    rita.page.reload()  # at once
    first = rita.page.locator("main h2, main h1").filter(has=rita.page.locator("a")).first
    expect(first).to_contain_text(headline)
    rita.page.get_by_role("link", name=headline).first.click()
    expect(rita.page.get_by_role("heading", level=1)).to_have_text(headline)
    expect(rita.page.locator("main")).to_contain_text("The cupboard stands in the cellar of the town hall.")
    expect(rita.page.locator("main")).to_contain_text("Source: Town Gazette, Exchange point opens")
    image = rita.page.locator("main figure img").first
    expect(image).to_have_attribute("alt", re.compile("A grey cupboard"))
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert rita.context.cookies() == []


def test_a_rejected_comment_tells_its_writer_why_and_the_decision_can_be_taken_back(arrive: Arrive) -> None:
    article = "/2023/01/microsoft-and-openai-extend-partnership/"
    words = "This has nothing to do with the story."
    rita = arrive()
    rita.open(article)
    rita.page.fill("#id_comment", words)
    rita.page.fill("#id_name", "Rita Moreau")
    rita.page.fill("#id_email", "rita@elsewhere.example")
    rita.page.get_by_role("button", name="Post comment").click()
    rita.page.wait_for_url("**/comments/receipt/**")

    moderator = arrive()
    queue = moderator.sign_in("max")
    moderator.open("/admin/comments/comment/?q=Moreau")
    item = queue.locator(".item", has_text=words)
    item.locator("summary", has_text="Reject").click()
    item.get_by_label("Off topic").check()
    item.get_by_role("button", name="Reject", exact=True).click()
    expect(queue.locator(".item", has_text=words)).to_have_count(0)
    rita.page.reload()
    expect(rita.page.locator("main")).to_contain_text("Off topic")

    queue.get_by_role("button", name="Undo").click()
    moderator.open("/admin/comments/comment/?q=Moreau")
    expect(queue.locator(".item", has_text=words)).to_have_count(1)
    rita.page.reload()
    expect(rita.page.locator("main")).not_to_contain_text("Off topic")


def test_a_moderator_decides_by_the_keyboard(arrive: Arrive) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open("/admin/comments/comment/")
    first = page.locator(".item").first
    words = first.locator(".words").inner_text()
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("s")
    expect(page.locator(".item .words", has_text=words)).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".item .words", has_text=words)).to_have_count(1)


def test_an_author_sees_nothing_of_other_peoples_work(arrive: Arrive) -> None:
    jonas = arrive()
    page = jonas.sign_in("jonas")
    jonas.open("/admin/comments/comment/")
    expect(page.locator(".item")).to_have_count(0)
    jonas.open("/admin/articles/article/")
    expect(page.get_by_role("button", name=re.compile("Publish"))).to_have_count(0)
