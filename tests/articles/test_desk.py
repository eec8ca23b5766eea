"""The article form: writing, publishing, the checklist, pictures, names."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from articles.models import Article, Author, Publisher, Tag
from tests.articles.desk import ADD, LIST, change, draft, posted
from tests.factories import (
    make_article,
    make_author,
    make_section,
    make_tag,
    picture_file,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("zone", "typed"), [("America/New_York", "9999-12-31T23:59"), ("Europe/Berlin", "0001-01-01T00:00")]
)
@pytest.mark.parametrize("name", ["publish_at", "pinned_until"])
def test_a_moment_beyond_the_calendar_is_refused_on_its_field(
    client: Client, ada: User, settings: Any, name: str, zone: str, typed: str
) -> None:
    """PostgreSQL would keep it, and every page that asks for its row would fail from then on."""
    settings.TIME_ZONE = zone
    article = draft()
    before = (article.publish_at, article.pinned_until)
    answer = client.post(change(article), posted(client, change(article), **{name: typed}))
    page = answer.content.decode()
    assert answer.status_code != 302
    assert "Use a year between 1000 and 9000." in page
    assert f'value="{typed}"' in page
    article.refresh_from_db()
    assert (article.publish_at, article.pinned_until) == before


def test_a_name_that_no_row_can_have_is_refused_on_its_field(client: Client, ada: User) -> None:
    article = draft()
    page = client.post(change(article), posted(client, change(article), tag_names="x" * 61)).content.decode()
    assert "is too long: the name of a tag has at most 60 characters." in page
    assert not Tag.objects.exists()


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
