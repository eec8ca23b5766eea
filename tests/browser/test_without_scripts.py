"""Every act of a reader and of a moderator in a browser that runs no script, at the width of a phone."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive, Person, Site, play
from tests.browser.test_reader import ARTICLE, RECEIPT, comment_in_thread, fill, send

QUEUE = "/admin/comments/comment/"
PHONE = 390
NEWEST = f"{ARTICLE}?sort=newest"  # what was just written stands here, however much other tests have written


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def wrote(arrive: Arrive, words: str, name: str = "Nora Plain") -> tuple[Person, str]:
    """Return somebody without scripts who has just posted these words, and the address of the receipt."""
    person = arrive(scripts=False, width=PHONE)
    page = person.open(ARTICLE)
    fill(page, comment=words, name=name, email=f"{re.sub('[^a-z]', '', words.lower())[:40]}@plain.example")
    send(page)
    page.wait_for_url(RECEIPT)
    return person, page.url


def moderator(arrive: Arrive) -> Person:
    person = arrive(scripts=False, width=PHONE)
    person.sign_in("max")
    return person


def decide(desk: Person, words: str, act: str) -> None:
    desk.open(f"{QUEUE}?q={words.split()[0]}")
    desk.page.locator(".item", has_text=words).get_by_role("button", name=act).first.click()
    expect(desk.page.locator(".toast")).to_be_visible()


@pytest.fixture(scope="module")
def scenes(site: Site) -> dict[str, dict[str, str]]:
    """The addresses that come by mail alone, of a site on which everything has happened."""
    return play(site)


def test_a_comment_is_previewed_edited_and_withdrawn(arrive: Arrive) -> None:
    words = "Quillwort grows in the lake behind the plant."
    rita, receipt = wrote(arrive, words)
    page = rita.page
    page.get_by_role("link", name="Edit", exact=True).click()
    page.fill("#id_comment", f"{words} It is rare.")
    button(page, "Preview")
    expect(page.get_by_role("heading", name="Preview: nothing is changed yet")).to_be_visible()
    expect(page.locator("#id_comment")).to_have_value(f"{words} It is rare.")
    page.fill("#id_comment", "   ")  # an empty one the browser itself stops
    button(page, "Save the change")
    expect(page.get_by_role("alert")).to_be_visible()
    page.fill("#id_comment", f"{words} It is rare.")
    button(page, "Save the change")
    expect(page).to_have_url(re.compile(re.escape(receipt)))
    expect(page.locator("main")).to_contain_text("It is rare.")

    desk = moderator(arrive)
    decide(desk, words, "Approve")
    page.goto(receipt)
    page.get_by_role("link", name="Withdraw", exact=True).click()
    button(page, "Withdraw it")
    expect(page.locator("main")).to_contain_text("Withdrawn")
    page.goto(rita.site.url + NEWEST)
    expect(comment_in_thread(page, words)).to_have_count(0)


def test_a_rejection_is_appealed_and_granted_by_another_moderator(arrive: Arrive, site: Site) -> None:
    words = "Sphagnum holds more water than the reservoir."
    rita, receipt = wrote(arrive, words)
    desk = moderator(arrive)
    desk.open(f"{QUEUE}?q=Sphagnum")
    item = desk.page.locator(".item", has_text=words)
    item.locator("summary", has_text="Reject").click()
    item.get_by_label("Off topic").check()
    item.get_by_label("A note to the writer").fill("What has it to do with clouds?")
    item.get_by_role("button", name="Reject", exact=True).click()
    page = rita.page
    page.goto(receipt)
    expect(page.locator("main")).to_contain_text("What has it to do with clouds?")
    page.get_by_role("link", name="Appeal", exact=True).click()
    page.fill("textarea", "The halls are cooled from that reservoir; the article says so.")
    button(page, "Send the appeal")
    expect(page.locator("main")).to_contain_text("It waits for a moderator who did not decide before.")

    other = arrive(scripts=False, width=PHONE)
    other.sign_in("admin")
    other.open("/admin/comments/appeal/")
    other.page.get_by_role("link", name=re.compile("Nora Plain")).first.click()
    expect(other.page.locator("main")).to_contain_text("cooled from that reservoir")
    other.page.fill("#note", "You are right.")
    button(other.page, "Grant and publish")
    page.goto(receipt)
    expect(page.locator("main")).to_contain_text("Granted")
    page.goto(site.url + NEWEST)
    expect(comment_in_thread(page, words)).to_have_count(1)


def test_a_comment_is_reported_and_a_notice_is_followed(arrive: Arrive) -> None:
    words = "Bulrush and sedge are what the report forgets."
    _, _ = wrote(arrive, words)
    desk = moderator(arrive)
    decide(desk, words, "Approve")
    reader = arrive(scripts=False, width=PHONE)
    page = reader.open(NEWEST)
    comment_in_thread(page, words).get_by_role("link", name=re.compile("^Report")).click()
    page.get_by_label(re.compile("Off topic")).check()
    button(page, "Send the report")
    expect(page).to_have_url(re.compile("/reported/$"))

    reader.open(NEWEST)
    comment_in_thread(page, words).get_by_role("link", name=re.compile("^Report")).click()
    page.get_by_label(re.compile("llegal")).check()
    page.locator("textarea").fill("It copies a page of my book, word for word.")
    button(page, "Send the report")
    expect(page.get_by_role("alert")).to_contain_text("good faith")
    expect(page.locator("textarea")).to_have_value("It copies a page of my book, word for word.")
    page.get_by_label(re.compile("good faith")).check()
    button(page, "Send the report")
    expect(page).to_have_url(re.compile("/comments/notice/"))
    notice = page.url
    desk.open("/admin/comments/notice/")
    desk.page.get_by_role("link", name=re.compile("copies a page of my book")).first.click()
    expect(desk.page.locator("main")).to_contain_text("word for word")
    desk.page.fill("#explanation", "Four plants are no page of a book.")
    desk.page.get_by_role("button", name=re.compile("^Dismiss")).click()
    page.goto(notice)
    expect(page.locator("main")).to_contain_text("Four plants are no page of a book.")


def test_the_queue_works_by_its_forms_alone(arrive: Arrive) -> None:
    first, second = "Horsetail is older than every fern.", "Horsetail is what my grandmother scoured pots with."
    for words in (first, second):
        wrote(arrive, words)
    desk = moderator(arrive)
    page = desk.page
    decide(desk, first, "Spam")
    button_undo = page.locator(".toast").get_by_role("button", name="Undo")
    button_undo.click()
    expect(page.locator(".toast")).to_contain_text("Undone")

    desk.open(f"{QUEUE}?q=Horsetail")
    for box in page.locator(".item .item__pick input[type=checkbox]").all():
        box.check()
    page.locator("#changelist-form").get_by_role("button", name="Approve").click()
    if page.get_by_role("button", name=re.compile("^Approve all")).count():
        page.get_by_role("button", name=re.compile("^Approve all")).click()
    reader = arrive(scripts=False, width=PHONE)
    reader.open(NEWEST)
    for words in (first, second):
        expect(comment_in_thread(reader.page, words)).to_have_count(1)

    desk.open(f"{QUEUE}?folder=approved&q=Horsetail")
    page.locator(".item", has_text=second).get_by_role("button", name="Feature", exact=True).click()
    expect(page.locator(".toast")).to_be_visible()


def test_a_long_comment_leaves_its_buttons_on_the_screen_and_the_acts_on_several_in_two_lines(arrive: Arrive) -> None:
    wrote(arrive, "\n\n".join(f"Moonwort verse {number}." for number in range(40)))
    desk = moderator(arrive)
    page = desk.page
    for act, place in (("Approve", 0), ("Spam", 0), ("Reject", 1)):
        desk.open(QUEUE)
        box = page.locator("#changelist-form").get_by_role("button", name=act, exact=True).bounding_box()
        first = page.locator("#changelist-form").get_by_role("button", name="Approve", exact=True).bounding_box()
        assert box
        assert first
        assert (box["y"] > first["y"] + 1) == bool(place)
    for view in ("cards", "rows"):
        desk.open(f"{QUEUE}?q=Moonwort&view={view}")
        item = page.locator(".item", has_text="Moonwort")
        last = item.get_by_text("Moonwort verse 39.")
        text, press = item.locator(".words").bounding_box(), item.get_by_role("button", name="Approve").bounding_box()
        assert text
        assert press
        assert press["y"] - text["y"] < 700
        assert last.bounding_box()["y"] > text["y"] + text["height"]
        item.locator("summary", has_text="Whole comment").click()
        unfolded = item.locator(".words").bounding_box()
        assert unfolded
        assert last.bounding_box()["y"] < unfolded["y"] + unfolded["height"]
    desk.open(f"{QUEUE}?q=Horsetail&view=cards")
    expect(page.locator(".whole")).to_have_count(0)


def test_a_moderator_answers_and_amends_on_the_page_of_a_comment(arrive: Arrive) -> None:
    words = "Butterbur was planted along the whole canal, by 4 Long Street."
    rita, receipt = wrote(arrive, words)
    desk = moderator(arrive)
    page = desk.page
    number = re.search(r"receipt/(\d+)", receipt)
    assert number
    desk.open(f"{QUEUE}{number[1]}/change/")
    page.fill("#reply", "It was, in 2019.")
    button(page, "Approve and post the reply")
    desk.open(f"{QUEUE}{number[1]}/change/")
    page.locator("summary", has_text="Edit the text").click()
    page.fill("#text", "Butterbur was planted along the whole canal.")
    page.fill("#why", "An address was named")
    button(page, "Change the text")
    reader = arrive(scripts=False, width=PHONE)
    reader.open(NEWEST)
    expect(comment_in_thread(reader.page, "It was, in 2019.").first).to_be_visible()
    expect(reader.page.locator("#comments")).not_to_contain_text("4 Long Street")
    expect(reader.page.locator("#comments")).to_contain_text(re.compile("edited by a moderator", re.IGNORECASE))
    rita.page.goto(receipt)
    expect(rita.page.locator("main")).to_contain_text("A moderator changed the text")


def test_links_from_mail_ask_before_they_do_anything(arrive: Arrive, scenes: dict[str, dict[str, str]]) -> None:
    links = scenes["private"]
    reader = arrive(scripts=False, width=PHONE)
    page = reader.open(links["confirm"])
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your subscriptions")
    reader.open(links["mute"])
    button(page, "Stop mail about this discussion")
    expect(page.get_by_role("button", name="Take it again")).to_be_visible()
    button(page, "Take it again")
    expect(page.get_by_role("button", name="Stop mail about this discussion")).to_be_visible()
    reader.open(links["stop"])
    before = page.get_by_role("heading", level=1).inner_text()
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)

    desk = arrive(scripts=False, width=PHONE)
    desk.sign_in("max")
    desk.open(links["decide reject"])
    button(desk.page, "Reject it")  # without a reason: the browser itself asks for one
    expect(desk.page).to_have_url(re.compile("/comments/decide/"))
    desk.page.locator("input[name=reason]").first.check()
    button(desk.page, "Reject it")
    reader.open(links["pending"])
    expect(page.locator("main")).to_contain_text("Your comment was not published.")
    desk.open(links["decide approve"])  # the same errand: done, and by whom
    expect(desk.page.get_by_role("button", name="Approve: show it to readers")).to_have_count(0)


def test_everything_under_an_address_is_copied_and_erased(arrive: Arrive, scenes: dict[str, dict[str, str]]) -> None:
    links = scenes["private"]
    reader = arrive(scripts=False, width=PHONE)
    page = reader.open(links["my data"])
    with page.expect_download() as coming:
        button(page, "Download as JSON")
    copy = coming.value.path().read_text("utf-8")
    assert json.loads(copy)["site"]
    assert "I follow this one." in copy
    reader.open(links["erase"])
    page.locator("input[name=how][value=remove]").check()
    button(page, "Erase")
    reader.open(links["approved"])
    expect(page.locator("main")).not_to_contain_text("I follow this one.")
