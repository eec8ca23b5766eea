"""What a reader does: open the site, read, answer, and see the answer appear once somebody has read it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive

ARTICLE = "/2023/01/microsoft-and-openai-extend-partnership/"
RECEIPT = re.compile(r"/comments/receipt/[^/]+/$")

with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"#id_{name}", value)


def send(page: Page) -> None:
    page.get_by_role("button", name="Post comment").click()


def comment_in_thread(page: Page, text: str) -> Locator:
    return page.locator("#comments .comment", has_text=text)


@with_and_without_scripts
def test_a_comment_goes_the_whole_way_from_the_form_to_other_readers(arrive: Arrive, scripts: bool) -> None:
    rita = arrive(scripts=scripts)
    page = rita.open("/")
    lead = page.locator("main h2 a").first
    headline = lead.inner_text()
    lead.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
    article = f"{page.url}?sort=newest"  # other tests write here too
    expect(page.get_by_role("heading", name="Leave a Reply")).to_be_visible()
    expect(page.locator("#respond")).to_contain_text("Your email address will not be published.")

    words = f"The table says 2025 and the text says 2024, {'with' if scripts else 'without'} a script."
    fill(page, comment=words, name="Rita Moreau", email=f"rita-{scripts}@reader.example".lower())
    send(page)
    page.wait_for_url(RECEIPT)
    receipt = page.url
    expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("main")).to_contain_text(re.compile("waits|waiting|moderator", re.IGNORECASE))
    assert "reader.example" not in page.content()

    other = arrive(scripts=scripts)
    other.open(article)
    expect(comment_in_thread(other.page, words)).to_have_count(0)

    moderator = arrive()
    queue = moderator.sign_in("max")
    moderator.open("/admin/comments/comment/?q=Moreau")
    item = queue.locator(".item", has_text=words)
    expect(item).to_contain_text(headline)
    expect(item).to_contain_text("No comment by this writer was approved before.")
    item.get_by_role("button", name="Approve").click()
    expect(queue.locator(".item", has_text=words)).to_have_count(0)

    other.page.reload()  # at once: no waiting, no second try
    expect(comment_in_thread(other.page, words)).to_have_count(1)
    page.goto(receipt)
    expect(page.locator("main")).to_contain_text(re.compile("approved|published|stands under", re.IGNORECASE))
    page.goto(article)
    expect(comment_in_thread(page, words)).to_have_count(1)
    assert rita.context.cookies() == []
    assert other.context.cookies() == []


@with_and_without_scripts
def test_a_reply_stands_under_what_it_answers(arrive: Arrive, scripts: bool) -> None:
    rita = arrive(scripts=scripts)
    page = rita.open(ARTICLE)
    parent = page.locator("#comments .comment").first
    name = parent.locator(".comment__name").inner_text()
    parent.get_by_role("link", name="Reply").click()
    expect(page.locator("main")).to_contain_text(name)  # the form quotes whom one answers
    words = f"I had the same question, {'with' if scripts else 'without'} a script."
    fill(page, comment=words, name="Rita Moreau", email=f"rita-reply-{scripts}@reader.example".lower())
    send(page)
    page.wait_for_url(RECEIPT)

    moderator = arrive()
    queue = moderator.sign_in("max")
    moderator.open("/admin/comments/comment/?q=Moreau")
    item = queue.locator(".item", has_text=words)
    expect(item).to_contain_text(f"Reply to {name}")
    item.get_by_role("button", name="Approve").click()
    expect(queue.locator(".item", has_text=words)).to_have_count(0)

    page.goto(rita.site.url + ARTICLE)
    expect(comment_in_thread(page, words)).to_contain_text(f"in reply to {name}")


MISTAKES = {
    "comment": ("   ", "Write your comment."),
    "name": (" ", "Write the name that stands above your comment."),
    "email": ("rita.moreau@example", "This is not a whole email address."),
    "website": ("rita dot example", "This is not a web address."),
}


@with_and_without_scripts
@pytest.mark.parametrize("wrong", MISTAKES)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(arrive: Arrive, scripts: bool, wrong: str) -> None:
    page = arrive(scripts=scripts).open(ARTICLE)
    written = {
        "comment": "Two lines\nthat took a while.",
        "name": "Rita Moreau",
        "email": "rita@reader.example",
        "website": "https://rita.example/",
    }
    value, told = MISTAKES[wrong]
    fill(page, **written | {wrong: value})
    # The browser's own check is switched off, for not every browser has one.
    page.locator("form.reply").evaluate("form => { form.noValidate = true }")
    with page.expect_response(re.compile("/comments/on/")) as answer:
        send(page)
    assert answer.value.status == 422
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text(told)
    expect(summary).to_be_focused()
    field = page.locator(f"#id_{wrong}")
    expect(field).to_have_attribute("aria-invalid", "true")
    described = (field.get_attribute("aria-describedby") or "").split()
    assert any(told in page.locator(f"#{name}").inner_text() for name in described)
    summary.get_by_role("link").first.click()
    expect(field).to_be_focused()
    for name, kept in written.items():
        if name != wrong:
            expect(page.locator(f"#id_{name}")).to_have_value(kept)

    fill(page, **{wrong: f"{written[wrong]} {scripts}" if wrong == "comment" else written[wrong]})
    if wrong != "comment":
        fill(page, comment=f"{written['comment']} {wrong} {scripts}")
    send(page)
    page.wait_for_url(RECEIPT)


def test_the_browser_remembers_a_writer_who_asked_for_it_and_forgets_on_request(arrive: Arrive) -> None:
    rita = arrive()
    page = rita.open(ARTICLE)
    remember = page.locator("#id_remember")
    expect(remember).to_be_visible()
    remember.check()
    fill(page, comment="Remember me, please.", name="Rita Moreau", email="rita@remembered.example")
    send(page)
    page.wait_for_url(RECEIPT)
    assert rita.context.cookies() == []

    rita.open(ARTICLE)
    expect(page.locator("#id_name")).to_have_value("Rita Moreau")
    expect(page.locator("#id_email")).to_have_value("rita@remembered.example")
    expect(remember).to_be_checked()
    remember.uncheck()
    rita.open(ARTICLE)
    expect(page.locator("#id_name")).to_have_value("")
    expect(page.locator("#id_email")).to_have_value("")


def test_without_scripts_no_box_promises_what_it_cannot_do(arrive: Arrive) -> None:
    page = arrive(scripts=False).open(ARTICLE)
    expect(page.locator("#id_remember")).to_be_hidden()


def test_going_back_after_an_error_keeps_what_was_written(arrive: Arrive) -> None:
    page = arrive(scripts=False).open(ARTICLE)
    fill(page, comment="Typed once.", name="Rita Moreau", email="rita@example")
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_comment")).to_have_value("Typed once.")
