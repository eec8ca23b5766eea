"""The moderation queue by the keyboard alone: what a key does, and when it rests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive

QUEUE = "/admin/comments/comment/"
WAITING = ".folders [aria-current] .count"


def waiting(page: Page) -> int:
    """How many wait, as the queue says; the page is the queue."""
    return int(page.locator(WAITING).inner_text())


def open_first(page: Page) -> None:
    """Go from the queue to the page of its first comment."""
    page.locator(".item__age").first.click()
    page.wait_for_url("**/change/")


def take_back(page: Page) -> None:
    """Press Undo, so that the next test finds the queue as this one did."""
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("Undone: 1 comment back where it was.")


def test_a_stray_key_on_a_fresh_page_decides_nothing(arrive: Arrive) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    count = page.locator(".item").count()
    for key in "asrex":
        page.keyboard.press(key)
    expect(page.locator(".item")).to_have_count(count)
    expect(page.locator(".toast")).to_have_count(0)


def test_after_an_act_the_next_comment_has_the_focus(arrive: Arrive) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    first, second = (page.locator(".item").nth(place).get_attribute("id") for place in (0, 1))
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("rejected (off topic)")
    expect(page.locator(f"#{second}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("Undone")
    expect(page.locator(f"#{first}")).to_be_focused()


def test_a_digit_chooses_a_reason_for_the_comment_in_hand_alone(arrive: Arrive) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    for key in "jrj":
        page.keyboard.press(key)
    page.keyboard.press("2")
    expect(page.locator(".reject input:checked")).to_have_count(0)


def test_a_half_written_reply_is_not_lost_by_another_press(arrive: Arrive) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("w")
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.fill("#reply", "Half a reply")
    address = page.url
    with page.expect_event("dialog") as asked:
        page.get_by_role("link", name="Comments", exact=True).first.click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    assert page.url == address
    expect(page.locator("#reply")).to_have_value("Half a reply")
    page.fill("#reply", "")


def test_keys_rest_while_one_types_and_can_be_switched_off(arrive: Arrive) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    page.keyboard.press("j")
    page.locator("#find").focus()
    page.keyboard.type("sax")
    expect(page.locator("#find")).to_have_value("sax")
    expect(page.locator(".toast")).to_have_count(0)
    page.locator(".item").first.focus()
    page.keyboard.press("x")
    expect(page.locator(".bulk__n")).to_have_text("1 selected")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.locator("#keys-on").uncheck()
    page.get_by_role("button", name="Close").click()
    moderator.open(QUEUE)
    page.locator(".item").first.focus()
    page.keyboard.press("s")
    page.keyboard.press("x")
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator(".item--picked")).to_have_count(0)


def test_a_key_opens_the_reply_and_a_phone_shows_the_reasons_before_the_buttons(arrive: Arrive) -> None:
    moderator = arrive(width=390)
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("w")
    page.wait_for_url("**/change/#reply")
    text, why, buttons, reply = (
        page.locator(place).first.bounding_box() for place in (".the-comment", ".why__rule", ".decide-bar", "#reply")
    )
    assert text
    assert why
    assert buttons
    assert reply
    assert text["y"] < why["y"] < buttons["y"] < reply["y"]


@pytest.mark.parametrize("place", ["queue", "page"])
def test_a_key_that_is_held_decides_about_one_comment_and_leaves_its_undo(arrive: Arrive, place: str) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    before = waiting(page)
    if place == "queue":
        page.keyboard.press("j")
    else:
        open_first(page)
    for _ in range(20):
        page.keyboard.down("a")
        page.wait_for_timeout(100)
    page.keyboard.up("a")
    expect(page.locator(".toast")).to_contain_text("approved")
    moderator.open(QUEUE)
    assert waiting(page) == before - 1
    take_back(page)
    assert waiting(page) == before


@pytest.mark.parametrize("place", ["queue", "page"])
def test_a_double_click_decides_once_and_leaves_its_undo(arrive: Arrive, place: str) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    before = waiting(page)
    if place == "page":
        open_first(page)
    box = page.get_by_role("button", name="Approve").first.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + 10, box["y"] + 10, delay=40)
    expect(page.locator(".toast")).to_contain_text("approved")
    page.wait_for_timeout(300)
    moderator.open(QUEUE)
    assert waiting(page) == before - 1
    take_back(page)


def test_a_press_while_another_is_under_way_is_none(arrive: Arrive) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    page.evaluate(
        """() => { for (const act of ["approve", "spam"]) document.querySelector(`[value^="${act}:"]`).click(); }"""
    )
    expect(page.locator(".toast")).to_contain_text("approved: readers see it now")
    take_back(page)
    # A dialog that closes is no form under way.
    page.keyboard.press("?")
    page.get_by_role("button", name="Close").click()
    page.locator("[value^='spam:']").first.click()
    expect(page.locator(".toast")).to_contain_text("moved to spam")
    take_back(page)


def test_a_press_that_the_browser_was_told_to_stop_can_be_made_again(arrive: Arrive) -> None:
    moderator = arrive()
    page = moderator.sign_in("max")
    moderator.open(QUEUE)
    open_first(page)
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.fill("#reply", "Half a reply")
    page.get_by_role("button", name="Spam").click(no_wait_after=True)
    page.wait_for_timeout(300)
    expect(page.locator("#reply")).to_have_value("Half a reply")
    page.fill("#reply", "")
    page.get_by_role("button", name="Spam").click()
    expect(page.locator(".toast")).to_contain_text("moved to spam")
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("Undone")
