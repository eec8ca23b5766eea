"""What readers do in a conversation: fold, follow, page, sort, preview, and write by keyboard alone."""

from __future__ import annotations

import io
import json
import re
from urllib.parse import urljoin

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.test_every_page import overflow, violations

ARTICLE = "/2023/01/microsoft-and-openai-extend-partnership/"
WRITE = "/comments/on/microsoft-and-openai-extend-partnership/"

with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def fill(page: Page, comment: str, email: str = "rita@talks.example") -> None:
    page.fill("#id_comment", comment)
    page.fill("#id_name", "Rita Moreau")
    page.fill("#id_email", email)


@with_and_without_scripts
def test_a_conversation_is_folded_sorted_and_followed_to_one_comment(arrive: Arrive, scripts: bool) -> None:
    page = arrive(scripts=scripts, width=390).open(ARTICLE)
    replies = page.locator("details.replies").first
    answer = replies.locator(".comment").first
    expect(answer).to_be_visible()
    replies.locator("summary").first.click()
    expect(answer).to_be_hidden()
    replies.locator("summary").first.press("Enter")
    expect(answer).to_be_visible()

    page.get_by_role("link", name="Newest first").click()
    page.wait_for_url("**/?sort=newest#comments")
    expect(page.get_by_role("link", name="Newest first")).to_have_attribute("aria-current", "true")
    last = page.locator("#comments .comment").last
    place = last.get_attribute("id")
    last.locator(".comment__time").click()
    page.wait_for_url(re.compile(rf"\?sort=newest#{place}$"))
    expect(page.locator(f"#{place}")).to_be_in_viewport()
    assert page.evaluate("document.querySelector(':target')?.id") == place
    assert overflow(page) <= 0


def test_stressed_words_of_a_comment_look_heavier_and_a_permalink_is_there_at_once(arrive: Arrive) -> None:
    page = arrive().open(WRITE)
    fill(page, "wafers **wafers**")
    page.get_by_role("button", name="Preview").click()
    bold = page.locator(".slip--preview .comment__text strong")

    def ink() -> int:
        with Image.open(io.BytesIO(bold.screenshot())) as picture:
            return sum(255 - level for level in picture.convert("L").tobytes())

    heavy = ink()
    bold.evaluate("word => { word.style.fontWeight = 400 }")
    assert heavy > ink() * 1.1

    page.goto(urljoin(page.url, ARTICLE))
    place = page.locator("#comments .comment").last.get_attribute("id")
    page.evaluate("place => { location.hash = place }", place)
    assert page.evaluate("document.querySelector(':target').getBoundingClientRect().top < innerHeight")


@with_and_without_scripts
def test_a_preview_is_mended_and_posted(arrive: Arrive, scripts: bool) -> None:
    page = arrive(scripts=scripts).open(ARTICLE)
    words = f"I *do* mean it, {'with' if scripts else 'without'} a script."
    fill(page, words, email="rita")
    page.locator("form.reply").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator(".slip--preview .comment__text")).to_have_text(words.replace("*", ""))
    page.fill("#id_email", f"rita-{scripts}@talks.example".lower())
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview: nothing is posted yet")).to_be_focused()
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url("**/comments/receipt/**")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_a_reply_is_written_by_keyboard_alone(arrive: Arrive) -> None:
    page = arrive().open(ARTICLE)
    first = page.locator("#comments .comment").first
    reply = first.get_by_role("link", name=re.compile("^Reply to "))
    reply.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?reply=*")
    expect(page.locator("#id_comment")).to_be_focused()
    page.keyboard.type("Typed without a mouse.")
    page.keyboard.press("Tab")
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type("Rita Moreau")
    page.keyboard.press("Tab")
    page.keyboard.type("rita@keyboard.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/comments/receipt/**")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_a_half_written_comment_outlives_its_tab_and_goes_with_its_receipt(arrive: Arrive) -> None:
    rita = arrive()
    page = rita.open(ARTICLE)
    page.fill("#id_comment", "Half a thought")
    page.reload()
    expect(page.locator("#id_comment")).to_have_value("Half a thought")
    expect(page.locator("#draft")).to_contain_text("kept in this browser alone")
    other = rita.context.new_page()
    other.goto(page.url)
    expect(other.locator("#id_comment")).to_have_value("Half a thought")
    other.fill("#id_comment", "Another thought")
    other.close()
    page.reload()
    expect(page.locator("#id_comment")).to_have_value("Half a thought")

    rita.open(f"{WRITE}?reply={page.locator('#comments .comment').first.get_attribute('id')[2:]}")
    expect(page.locator("#id_comment")).to_have_value("")
    rita.open(ARTICLE)
    fill(page, "A whole thought, which is sent and lost", email="rita@draft.example")
    rita.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Post comment").click(no_wait_after=True)
    rita.context.set_offline(False)
    rita.complaints.clear()  # the browser notes that it was offline, which was the point
    rita.open(ARTICLE)
    expect(page.locator("#id_comment")).to_have_value("A whole thought, which is sent and lost")
    fill(page, "A whole thought, which is sent and lost", email="rita@draft.example")
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url("**/comments/receipt/**")
    rita.open(ARTICLE)
    expect(page.locator("#id_comment")).to_have_value("")
    assert rita.context.cookies() == []


def test_a_sent_comment_is_no_draft_though_the_server_leaves_marks_out_of_it(arrive: Arrive) -> None:
    rita = arrive()
    page = rita.open(ARTICLE)
    fill(page, "A remark with \u2066marks of direction\u2069 in it, as some keyboards send", email="rita@marks.example")
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url("**/comments/receipt/**")
    rita.open(ARTICLE)
    expect(page.locator("#id_comment")).to_have_value("")


def test_a_half_written_notice_and_edit_outlive_a_reload_of_their_tab_and_no_more(arrive: Arrive) -> None:
    rita = arrive()
    page = rita.open(ARTICLE)
    fill(page, "A remark that is mended in a moment", email="rita@mend.example")
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url("**/comments/receipt/**")
    receipt = page.url
    page.get_by_role("link", name="Edit").click()
    page.fill("#id_comment", "A remark that is mended in a moment, half")
    page.reload()
    expect(page.locator("#id_comment")).to_have_value("A remark that is mended in a moment, half")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(receipt)
    page.get_by_role("link", name="Edit").click()
    expect(page.locator("#id_comment")).to_have_value("A remark that is mended in a moment, half")

    rita.open(ARTICLE)
    page.locator("#comments a", has_text="Report").first.click()
    page.wait_for_url("**/report/**")
    page.fill("#id_statement", "It says what is not true of a person.")
    page.reload()
    expect(page.locator("#id_statement")).to_have_value("It says what is not true of a person.")
    page.check("input[name=reason][value=abuse]")
    address = page.url
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/reported/")
    page.goto(address)
    expect(page.locator("#id_statement")).to_have_value("")


def test_a_draft_is_discarded_on_request_and_too_long_a_text_is_told_while_it_is_written(arrive: Arrive) -> None:
    page = arrive().open(ARTICLE)
    page.fill("#id_comment", "x" * 10_400)
    expect(page.locator("#count")).to_have_text("Use at most 10 kB; this comment has 10.4 kB.")
    page.get_by_role("button", name="Post comment").click()
    assert page.url.endswith(ARTICLE), "the browser says so itself, and sends nothing"
    page.fill("#id_comment", "Short.")
    expect(page.locator("#count")).to_have_text("6 characters")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("#id_comment")).to_be_focused()
    page.reload()
    expect(page.locator("#id_comment")).to_have_value("")
    expect(page.locator("#draft")).to_be_hidden()


def test_what_is_new_since_the_last_visit_is_marked_by_the_browser_alone(arrive: Arrive) -> None:
    rita = arrive()
    page = rita.open(ARTICLE)
    expect(page.locator("#new-since")).to_be_hidden()
    shown = sorted(int(at) for at in page.locator("[data-at]").evaluate_all("all => all.map(one => one.dataset.at)"))
    # An hour back at least: what other tests of this file posted a minute ago would make it the same visit.
    hour_ago = page.evaluate("Math.floor(Date.now() / 6e4)") - 60
    last = sorted({at for at in shown if at < hour_ago})[-2]  # several may have been written in one minute
    visits = {page.locator("#comments").get_attribute("data-article"): [shown[0], last]}
    page.evaluate("visits => localStorage.setItem('newsblog.visits', visits)", json.dumps(visits))
    page.reload()
    newer = sum(at > last for at in shown)
    expect(page.locator("#new-since")).to_have_text(f"{newer} new since your last visit")
    expect(page.locator(".comment__head .badge", has_text="New")).to_have_count(newer)
    page.reload()  # the same visit
    expect(page.locator(".comment__head .badge", has_text="New")).to_have_count(newer)
    assert rita.context.cookies() == []


def test_a_browser_that_keeps_nothing_is_no_hindrance(arrive: Arrive) -> None:
    rita = arrive()
    rita.context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('off', 'SecurityError') } })"
    )
    page = rita.open(ARTICLE)
    fill(page, "Nothing is kept of this.", email="rita@private.example")
    expect(page.locator("#count")).to_have_text("24 characters")
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url("**/comments/receipt/**")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_preview_and_reply_can_be_used_by_everybody(arrive: Arrive, dark: bool, width: int) -> None:
    page = arrive(width=width, dark=dark).open(ARTICLE)
    page.locator("#comments .comment").first.get_by_role("link", name=re.compile("^Reply to ")).click()
    zalgo = "Z" + "\u0335\u0301\u0317\u0489" * 40 + " سؤال " + "long" * 60 + " 👩‍👩‍👧‍👦 \u200b"
    fill(page, f"{zalgo}\n\n> quoted\n\n- `code`")
    page.fill("#id_name", "Z" + "\u0335\u0301" * 30 + " أمينة")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".slip--preview")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
