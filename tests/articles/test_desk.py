"""The article form: writing, publishing, the checklist, pictures, names, and two people at one article."""

from __future__ import annotations

import base64
import hashlib
import html as htmllib
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from articles.models import Article, Author, Publisher, Tag
from tests.factories import (
    make_article,
    make_author,
    make_author_user,
    make_editor,
    make_section,
    make_tag,
    picture_file,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"
ADD = f"{LIST}add/"


def change(article: Article) -> str:
    return f"{LIST}{article.pk}/change/"


def draft(**fields: object) -> Article:
    return make_article(state="draft", publish_at=None, **fields)


def posted(client: Client, url: str, **over: object) -> dict[str, object]:
    """What a browser would send for the form at this address, with some fields filled in otherwise."""
    page = client.get(url).content.decode()
    form = page[page.index('id="article_form"') :]
    data: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "file" or "name" not in attributes or " disabled" in tag:
            continue
        is_box = attributes.get("type") in ("checkbox", "radio")
        if is_box and " checked" not in tag:
            continue
        data[attributes["name"]] = htmllib.unescape(attributes.get("value", "on" if is_box else ""))
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = htmllib.unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    return data | {"act": "save"} | over


@pytest.fixture
def ada(client: Client) -> User:
    """Ada, who is signed in."""
    user = make_editor()
    make_author("Ada King", user=user)
    client.force_login(user)
    return user


def test_an_article_is_written_with_a_picture_reviewed_and_published(client: Client, ada: User) -> None:
    section = make_section()
    picture = SimpleUploadedFile("IMG_1.jpg", picture_file().getvalue(), "image/jpeg")
    data = posted(
        client,
        ADD,
        headline="Updater flaw stayed open for nine months",
        standfirst="A check that ran twice.",
        body="<p>The fault sat in the update path.</p>",
        section=str(section.pk),
        tag_names="Linux, Patches",
        hero=picture,
        hero_alt="A server rack with one open door",
        hero_credit="Ada King",
        act="submit",
    )
    client.post(ADD, data)
    article = Article.objects.get()
    assert (article.state, article.slug) == ("in_review", "updater-flaw-stayed-open-for-nine-months")
    assert article.created_by == ada
    assert [line.author.name for line in article.bylines.all()] == ["Ada King"]
    assert sorted(article.tags.values_list("name", flat=True)) == ["Linux", "Patches"]
    assert re.fullmatch(r"heroes/[0-9a-f]{2}/[0-9a-f]{24}\.webp", article.hero.name)
    assert article.hero.storage.exists(article.hero.name.replace(".webp", "-400.webp"))

    client.post(change(article), posted(client, change(article), act="publish"))
    article.refresh_from_db()
    assert article.is_published
    page = Client().get(article.get_absolute_url())
    assert page.status_code == 200
    assert "Updater flaw stayed open" in Client().get("/").content.decode()


def test_an_error_keeps_every_field_and_the_picture(client: Client, ada: User) -> None:
    picture = SimpleUploadedFile("a.png", picture_file("PNG").getvalue(), "image/png")
    data = posted(client, ADD, headline="", standfirst="Kept words", body="<p>Kept text</p>", hero=picture)
    page = client.post(ADD, data).content.decode()
    assert "Nothing is saved yet" in page
    assert "Kept words" in page
    assert "Kept text" in page
    token = re.search(r'name="hero_kept" value="([^"]+)"', page)
    assert token
    client.post(ADD, {**data, "headline": "Now with a headline", "hero": "", "hero_kept": token[1]})
    assert Article.objects.get().hero.name.startswith("heroes/")


@pytest.mark.parametrize("token", ["heroes/../../db.sqlite3", "x", "heroes/aa/a.webp:1:forged"])
def test_a_forged_name_of_a_kept_picture_is_ignored(client: Client, ada: User, token: str) -> None:
    client.post(ADD, posted(client, ADD, headline="A story", hero_kept=token))
    assert not Article.objects.get().hero


def test_a_refused_picture_is_an_error_of_its_field(client: Client, ada: User) -> None:
    svg = SimpleUploadedFile("picture.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/jpeg")
    page = client.post(ADD, posted(client, ADD, headline="A story", hero=svg)).content.decode()
    assert "This is no JPEG, PNG, WebP, AVIF or GIF picture." in page
    assert "A story" in page
    assert not Article.objects.exists()


def test_an_unknown_author_is_refused_aloud_and_the_order_is_kept(client: Client, ada: User) -> None:
    make_author("Jonas Weil")
    article = draft()
    url = change(article)
    page = client.post(url, posted(client, url, byline_names="Jonas Weil, Nobody Known, Ada King")).content.decode()
    assert "There is no author called “Nobody Known”" in page
    assert "Jonas Weil, Nobody Known, Ada King" in page
    client.post(url, posted(client, url, byline_names="Jonas Weil, ada king"))
    assert [line.author.name for line in article.bylines.all()] == ["Jonas Weil", "Ada King"]
    assert 'value="Jonas Weil, Ada King"' in client.get(url).content.decode()


def test_two_authors_of_one_name_are_told_apart_by_their_slugs(client: Client, ada: User) -> None:
    make_author("Kim Lee", slug="kim-lee")
    Author.objects.create(name="Kim Lee", slug="kim-lee-2")
    article = draft()
    url = change(article)
    page = client.post(url, posted(client, url, byline_names="Kim Lee")).content.decode()
    assert "Write kim-lee or kim-lee-2" in page
    client.post(url, posted(client, url, byline_names="kim-lee-2"))
    assert [line.author.slug for line in article.bylines.all()] == ["kim-lee-2"]
    assert 'value="kim-lee-2"' in client.get(url).content.decode()


def test_new_tags_and_publishers_are_made_once(client: Client, ada: User) -> None:
    make_tag("Linux")
    article = draft()
    url = change(article)
    client.post(
        url,
        posted(client, url, tag_names="linux, Löschen, 日本", publisher_name="LWN.net", source_kind="report"),
    )
    assert sorted(article.tags.values_list("name", flat=True)) == ["Linux", "Löschen", "日本"]
    assert all(Tag.objects.values_list("slug", flat=True))
    client.post(url, posted(client, url, publisher_name="lwn.NET"))
    assert Publisher.objects.get().name == "LWN.net"


def test_the_slug_follows_the_headline_until_readers_know_it(client: Client, ada: User) -> None:
    client.post(ADD, posted(client, ADD, headline="First thought"))
    article = Article.objects.get()
    url = change(article)
    client.post(url, posted(client, url, headline="Second thought"))
    article.refresh_from_db()
    assert article.slug == "second-thought"
    client.post(url, posted(client, url, slug="by-hand"))
    client.post(url, posted(client, url, headline="Third thought"))
    article.refresh_from_db()
    assert article.slug == "by-hand"


# Before readers see it.


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"standfirst": ""}, "The standfirst is empty"),
        ({"body": ""}, "The text is empty"),
        ({"section": None}, "No section is chosen"),
        ({"authors": ()}, "Nobody stands in the byline"),
        ({"source_kind": "rewrite"}, "The source has no publisher"),
        ({"source_url": "https://lwn.net/1"}, "The source has no kind"),
        ({"body": "<p>A.</p><h3>Too deep</h3><p>B.</p>"}, "one is left out"),
        ({"slug": "2026-11"}, "no word in it"),
        ({"ai_involvement": "generated"}, "what was generated"),
        ({"hero": "heroes/aa/x.webp", "hero_width": 1, "hero_height": 1}, "The picture has no description"),
        (
            {"hero": "heroes/aa/x.webp", "hero_width": 1, "hero_height": 1, "hero_alt": "IMG_2041.jpg"},
            "is a file name",
        ),
    ],
)
def test_publishing_is_refused_with_the_first_thing_to_mend(
    client: Client, ada: User, fields: dict[str, object], words: str
) -> None:
    article = draft(**fields)
    url = change(article)
    assert words in client.get(url).content.decode()
    page = client.post(url, posted(client, url, act="publish", kicker="Kept"), follow=True).content.decode()
    article = Article.objects.get()
    assert (article.state, article.kicker) == ("draft", "Kept")
    assert "Not published. Mend this first" in page


def test_the_same_source_used_before_warns_with_a_link(client: Client, ada: User) -> None:
    twin = make_article("The twin", source_url="https://lwn.net/Articles/1/?utm_source=x")
    article = draft(source_url="http://www.lwn.net/Articles/1")
    page = client.get(change(article)).content.decode()
    assert "The same source was used on" in page
    assert change(twin) in page


def test_a_live_article_does_not_lose_what_the_checklist_wants(client: Client, ada: User) -> None:
    article = make_article()
    url = change(article)
    data = posted(client, url, standfirst="", act="update", notice_kind="minor")
    page = client.post(url, data).content.decode()
    article.refresh_from_db()
    assert article.standfirst
    assert "the standfirst is empty" in page


# Time.


def moment(hours: int) -> str:
    return f"{timezone.localtime() + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def test_an_article_is_scheduled_and_its_time_taken_away(client: Client, ada: User) -> None:
    article = draft()
    url = change(article)
    client.post(url, posted(client, url, publish_at=moment(30), act="schedule"))
    article.refresh_from_db()
    assert article.is_scheduled
    assert "Save, still due" in client.get(url).content.decode()
    client.post(url, posted(client, url, act="unschedule"))
    article.refresh_from_db()
    assert (article.state, article.publish_at) == ("in_review", None)


@pytest.mark.parametrize("hours", [-1, None])
def test_scheduling_needs_a_time_that_is_still_to_come(client: Client, ada: User, hours: int | None) -> None:
    article = draft()
    url = change(article)
    at = "" if hours is None else moment(hours)
    page = client.post(url, posted(client, url, publish_at=at, act="schedule"), follow=True).content.decode()
    article.refresh_from_db()
    assert article.state == "draft"
    assert "still to come" in page


def test_a_button_that_names_another_time_does_not_schedule(client: Client, ada: User) -> None:
    article = draft()
    url = change(article)
    client.post(url, posted(client, url, publish_at=moment(30)))
    page = client.post(url, posted(client, url, publish_at=moment(50), act="schedule"), follow=True).content.decode()
    article.refresh_from_db()
    assert article.state == "draft"
    assert "press again" in page


def test_publish_now_means_now_whatever_the_field_says(client: Client, ada: User) -> None:
    article = draft()
    url = change(article)
    client.post(url, posted(client, url, publish_at=moment(30), act="publish"))
    article.refresh_from_db()
    assert article.is_published


def test_the_time_of_a_live_article_stays(client: Client, ada: User) -> None:
    article = make_article()
    before = article.publish_at
    url = change(article)
    client.post(url, posted(client, url, publish_at=moment(30), act="update", notice_kind="minor", kicker="New"))
    article.refresh_from_db()
    assert (article.publish_at, article.kicker) == (before, "New")


# After publication.


def test_a_live_article_changes_only_with_a_kind_of_change(client: Client, ada: User) -> None:
    article = make_article(headline="As it was")
    url = change(article)
    for over in ({"act": "save"}, {"act": "update"}, {"act": "update", "notice_kind": "correction"}):
        page = client.post(url, posted(client, url, headline="As it is", **over)).content.decode()
        article.refresh_from_db()
        assert article.headline == "As it was"
        assert "As it is" in page
    client.post(
        url,
        posted(
            client,
            url,
            headline="As it is",
            act="update",
            notice_kind="correction",
            notice_text="The headline named the wrong year.",
        ),
    )
    article.refresh_from_db()
    assert article.headline == "As it is"
    assert article.updated_at
    assert "The headline named the wrong year." in Client().get(article.get_absolute_url()).content.decode()


def test_a_minor_change_prints_no_notice(client: Client, ada: User) -> None:
    article = make_article()
    url = change(article)
    client.post(url, posted(client, url, kicker="Chips", act="update", notice_kind="minor"))
    article.refresh_from_db()
    assert (article.kicker, article.updated_at, article.corrections.count()) == ("Chips", None, 0)


def test_withdrawing_needs_a_reason_and_publishing_again_keeps_the_address(client: Client, ada: User) -> None:
    article = make_article(publish_at=timezone.now() - timedelta(days=70))
    address = article.get_absolute_url()
    url = change(article)
    assert "Say why" in client.post(url, posted(client, url, act="withdraw")).content.decode()
    client.post(url, posted(client, url, act="withdraw", withdraw_reason="The source took it back."))
    gone = Client().get(address)
    assert gone.status_code == 410
    assert "The source took it back." in gone.content.decode()
    client.post(url, posted(client, url, act="publish"))
    assert Client().get(address).status_code == 200


def test_a_pinned_article_leads_the_front_page(client: Client, ada: User) -> None:
    old = make_article("The pinned one", publish_at=timezone.now() - timedelta(days=3))
    earlier = make_article("Pinned before", pinned_until=timezone.now() + timedelta(days=1))
    url = change(old)
    client.post(url, posted(client, url, pinned_until=moment(24), act="update", notice_kind="minor"))
    old.refresh_from_db()
    earlier.refresh_from_db()
    assert old.pinned_until
    assert earlier.pinned_until is None


# Two people at one article.


def test_a_save_over_a_newer_version_is_refused_with_both_texts(client: Client, ada: User) -> None:
    article = draft(headline="Base headline", kicker="Base kicker", standfirst="Base standfirst")
    url = change(article)
    mine = posted(client, url, headline="My headline", standfirst="My standfirst")
    client.post(url, posted(client, url, headline="Their headline", kicker="Their kicker"))
    answer = client.post(url, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    article.refresh_from_db()
    assert article.headline == "Their headline"
    assert 'name="mine:headline" value="My headline"' in page
    assert 'name="theirs:headline" value="Their headline"' in page
    assert 'name="kicker" value="Their kicker"' in page
    assert 'name="standfirst" value="My standfirst"' in page

    inputs = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    data = {name: htmllib.unescape(value) for name, value in inputs.items()}
    client.post(url, {**data, "choice:headline": "mine", "act": "save"})
    article.refresh_from_db()
    assert (article.headline, article.kicker, article.standfirst) == ("My headline", "Their kicker", "My standfirst")


def test_neither_text_can_be_chosen_too(client: Client, ada: User) -> None:
    article = draft(headline="Base headline")
    url = change(article)
    mine = posted(client, url, headline="My headline")
    client.post(url, posted(client, url, headline="Their headline"))
    page = client.post(url, mine).content.decode()
    inputs = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    data = {name: htmllib.unescape(value) for name, value in inputs.items()}
    client.post(url, {**data, "choice:headline": "own", "own:headline": "A third headline", "act": "save"})
    article.refresh_from_db()
    assert article.headline == "A third headline"


@pytest.mark.parametrize("version", ["", "0", "x", "999", None])
def test_a_save_without_the_right_version_is_refused(client: Client, ada: User, version: str | None) -> None:
    article = draft(headline="As it was")
    data = posted(client, change(article), headline="As sent")
    del data["version"]
    answer = client.post(change(article), data if version is None else {**data, "version": version})
    article.refresh_from_db()
    assert (answer.status_code, article.headline) == (409, "As it was")
    assert "As sent" in answer.content.decode()


def test_an_author_whose_article_moved_on_gets_the_text_back(client: Client) -> None:
    jonas = make_author_user()
    article = draft(created_by=jonas)
    client.force_login(jonas)
    data = posted(client, change(article), headline="Half an hour of work")
    article.submit(by=jonas)
    answer = client.post(change(article), data)
    article.refresh_from_db()
    assert answer.status_code == 409
    assert article.headline != "Half an hour of work"
    assert "Half an hour of work" in answer.content.decode()


# Preview, headers, hostile input.


def test_the_preview_is_the_real_page_for_staff_alone(client: Client, ada: User) -> None:
    article = draft(headline="Not for readers yet")
    url = f"{LIST}{article.pk}/preview/"
    page = client.get(url)
    assert "Not for readers yet" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert Client().get(url).status_code == 302
    assert Client().get(article.get_absolute_url()).status_code == 404


def test_the_desks_policy_allows_one_script_by_its_hash_and_nothing_inline(client: Client, ada: User) -> None:
    answer = client.get(ADD)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    scripts = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", answer.content.decode(), re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts}
    assert hashes == set(re.findall(r"'sha256-([^']+)'", policy))
    for url in (ADD, LIST, "/admin/", "/admin/comments/comment/"):
        html = client.get(url).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=", html)
    assert "sha256" not in Client().get("/robots.txt")["Content-Security-Policy"]


@pytest.mark.parametrize("headline", ["x" * 141, "   ", "a\x00b"])
def test_a_headline_that_cannot_be_is_refused_with_the_text_kept(client: Client, ada: User, headline: str) -> None:
    answer = client.post(ADD, posted(client, ADD, headline=headline, standfirst="Kept words"))
    assert answer.status_code == 200
    assert "Kept words" in answer.content.decode()
    assert not Article.objects.exists()


def test_what_is_dangerous_in_a_text_is_never_stored(client: Client, ada: User) -> None:
    body = '<p onclick="x()">A</p><script>x()</script><iframe src="https://evil.example"></iframe>'
    client.post(ADD, posted(client, ADD, headline="A story", body=body))
    stored = Article.objects.get().body
    assert "script" not in stored
    assert "onclick" not in stored
    assert "iframe" not in stored


def test_unknown_articles_are_not_found(client: Client, ada: User) -> None:
    for url in (f"{LIST}999999/change/", f"{LIST}x/change/", f"{LIST}999999/preview/"):
        assert client.get(url).status_code == 404


# The list and the Today page.


def test_the_list_counts_states_by_the_clock(client: Client, ada: User) -> None:
    make_article()
    make_article(publish_at=timezone.now() + timedelta(hours=2))
    draft()
    page = client.get(LIST).content.decode()
    counts = dict(re.findall(r">(All|Drafts|In review|Scheduled|Published|Withdrawn) <span[^>]*>(\d+)<", page))
    assert counts == {"All": "3", "Drafts": "1", "In review": "0", "Scheduled": "1", "Published": "1", "Withdrawn": "0"}


def test_the_list_asks_the_same_number_of_questions_for_any_number(
    client: Client, ada: User, django_assert_max_num_queries
) -> None:
    for _ in range(12):
        make_article(tags=("Linux",))
    with django_assert_max_num_queries(18):  # one for each tab's count among them
        client.get(LIST)


def test_what_was_sent_back_greets_its_writer(client: Client, ada: User) -> None:
    jonas = make_author_user()
    article = draft(headline="Needs a source", created_by=jonas)
    article.submit(by=jonas)
    url = change(article)
    client.post(url, posted(client, url, act="send_back", send_back_note="Name the second source."))
    client.force_login(jonas)
    page = client.get("/admin/").content.decode()
    assert "Sent back to you" in page
    assert "Name the second source." in page


def test_sending_back_needs_a_note(client: Client, ada: User) -> None:
    article = draft()
    article.submit(by=None)
    url = change(article)
    assert "Say what should be mended" in client.post(url, posted(client, url, act="send_back")).content.decode()
    article.refresh_from_db()
    assert article.state == "in_review"


@pytest.mark.parametrize("asked", ["body__regex=(", "created_by__password__startswith=a", "id__in=" + "9" * 30])
def test_an_address_bar_asks_the_list_nothing_but_its_menus(client: Client, asked: str) -> None:
    client.force_login(make_editor())
    answer = client.get(f"/admin/articles/article/?{asked}")
    assert answer.status_code in (302, 400)
