"""The folders of the queue, their counts, their order and their menus."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import Decision, Notice, Policy
from tests.comments.desk.queueing import QUEUE, pending, shown, undo_in
from tests.factories import make_administrator, make_article, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db


def folder_counts(html: str) -> dict[str, int]:
    nav = html.partition('class="folders"')[2].partition("</nav>")[0]
    return {name: int(count) for name, count in re.findall(r">(\w+) <span[^>]*>(\d+)<", nav)}


def test_folders_show_the_kept_counts(client: Client, max_: User, article: Article) -> None:
    pending(article)
    make_comment(article, status="spam")
    make_comment(article, status="spam")
    html = client.get(QUEUE).content.decode()
    assert folder_counts(html) == {
        "Pending": 1,
        "Reported": 0,
        "Spam": 2,
        "Rejected": 0,
        "Approved": 0,
        "Featured": 0,
        "Withdrawn": 0,
    }


def test_menus_narrow_the_folder(client: Client, max_: User, article: Article) -> None:
    held = pending(article, "See https://kernel.org/x", rule="links")
    plain = pending(make_article(), "No link here.", rule="first-time")
    assert shown(client.get(f"{QUEUE}?rule=links").content.decode()) == [held.pk]
    assert shown(client.get(f"{QUEUE}?links=no").content.decode()) == [plain.pk]
    only = f"?folder=pending&amp;article={article.pk}"
    assert only in client.get(QUEUE).content.decode()
    assert shown(client.get(f"{QUEUE}{only.replace('amp;', '')}").content.decode()) == [held.pk]
    assert shown(client.get(f"{QUEUE}?section=security").content.decode()) == [held.pk, plain.pk]


@pytest.mark.parametrize(
    "page",
    [
        *(
            "comment/?section=%00",
            "comment/?rule=%00",
            "comment/?q=%00",
            "block/?kind__exact=%00",
            "wording/%00/change/",
        ),
        *("thread/?mode__exact=%00", "restriction/?mode__exact=%00", "blockedword/?effect__exact=%00"),
    ],
)
def test_what_no_database_can_look_for_is_a_bad_request(client: Client, article: Article, page: str) -> None:
    client.force_login(make_administrator())
    pending(article)
    assert client.get(f"/admin/comments/{page}").status_code == 400
    assert client.get(f"/admin/comments/{page.replace('%00', '%2500')}").status_code in (200, 302, 404)


def test_reported_comments_come_oldest_report_first_whatever_their_state(
    client: Client, max_: User, article: Article
) -> None:
    now = timezone.now()
    late = make_comment(article, reported_at=now)
    early = pending(article, reported_at=now - timedelta(hours=2))
    make_comment(article)
    html = client.get(f"{QUEUE}?folder=reported").content.decode()
    assert shown(html) == [early.pk, late.pk]
    assert "oldest first" in html


@pytest.mark.parametrize("folder", ["spam", "rejected", "approved", "withdrawn"])
def test_what_is_decided_is_shown_newest_first(client: Client, max_: User, article: Article, folder: str) -> None:
    old = make_comment(article, status=folder, created_at=timezone.now() - timedelta(days=1))
    new = make_comment(article, status=folder)
    assert shown(client.get(f"{QUEUE}?folder={folder}").content.decode()) == [new.pk, old.pk]


@pytest.mark.parametrize(("age", "hours"), [("hour", 1), ("day", 24), ("week", 168)])
def test_the_menu_of_ages_shows_what_has_waited_longer(
    client: Client, max_: User, article: Article, age: str, hours: int
) -> None:
    old = pending(article, created_at=timezone.now() - timedelta(hours=hours, minutes=1))
    pending(article, created_at=timezone.now() - timedelta(hours=hours, minutes=-1))
    assert shown(client.get(f"{QUEUE}?age={age}").content.decode()) == [old.pk]


def test_an_unknown_folder_is_that_of_what_waits(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    assert shown(client.get(f"{QUEUE}?folder=all").content.decode()) == [comment.pk]


@pytest.mark.parametrize("narrowed", ["folder=pending&age=", "rule=links"])
@pytest.mark.parametrize("press", ["one", "bulk"])
def test_the_last_decision_of_the_last_page_leads_to_the_page_before_it(
    client: Client, max_: User, article: Article, narrowed: str, press: str
) -> None:
    for _ in range(41):
        pending(article, rule="links")
    url = f"{QUEUE}?{narrowed}&p=3"
    [last] = shown(client.get(url).content.decode())
    post = {"decide": f"approve:{last}", "seen": "pending"}
    if press == "bulk":
        post = {"index": "0", "action": "approve", "_selected_action": str(last)}
    answer = client.post(url, post, follow=True)
    html = answer.content.decode()
    assert [where for where, _ in answer.redirect_chain] == [url]
    assert len(shown(html)) == 20
    assert re.search(r'(this-page|aria-current="page")[^>]*>\s*2\s*<', html)
    assert undo_in(html)


@pytest.mark.parametrize(("asked", "first"), [("p=999", 20), ("p=0", 0), ("p=-3", 0)])
def test_a_page_that_is_not_there_is_the_nearest_one(
    client: Client, max_: User, article: Article, asked: str, first: int
) -> None:
    keys = [pending(article).pk for _ in range(22)]
    assert shown(client.get(f"{QUEUE}?{asked}").content.decode())[0] == keys[first]


def test_an_empty_queue_says_that_every_comment_has_been_answered_for(client: Client, max_: User) -> None:
    html = client.get(QUEUE).content.decode()
    assert "Nothing waits." in html
    assert "Every comment has been answered for." in html
    assert "Nothing found" in client.get(f"{QUEUE}?age=day").content.decode()


def test_featured_comments_have_a_folder_and_leave_it_with_their_approval(
    client: Client, max_: User, article: Article
) -> None:
    comment = make_comment(article)
    page = f"{QUEUE}?folder=approved"
    client.post(page, {"decide": f"feature:{comment.pk}", "seen": comment.on_screen})
    assert "comment--featured" in Client().get(article.get_absolute_url()).content.decode()
    html = client.get(f"{QUEUE}?folder=featured").content.decode()
    assert shown(html) == [comment.pk]
    assert folder_counts(html)["Featured"] == 1
    assert "Comment by Rita Moreau featured" in html
    undo = undo_in(html)
    client.post(QUEUE, undo)
    comment.refresh_from_db()
    assert not comment.featured
    comment.feature(by=max_)
    comment.reject(by=make_editor(), reason="insult")
    comment.refresh_from_db()
    assert not comment.featured
    acts = list(Decision.objects.order_by("pk").values_list("act", "by__username"))[1:]
    assert acts == [("featured", "max"), ("unfeatured", "max"), ("featured", "max"), ("decide", "ada")]


def test_what_readers_do_not_see_is_not_featured(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    html = client.post(QUEUE, {"decide": f"feature:{comment.pk}"}, follow=True).content.decode()
    comment.refresh_from_db()
    assert not comment.featured
    assert "Nothing changed" in html


@pytest.mark.parametrize("press", ["feature", "unfeature"])
def test_featuring_words_that_changed_since_is_refused(
    client: Client, max_: User, article: Article, press: str
) -> None:
    comment = make_comment(article)
    if press == "unfeature":
        comment.feature(by=max_)
    seen = comment.on_screen
    comment.amend(by=make_moderator("other"), text="Other words.", reason="A name was in it")
    post = {"decide": f"{press}:{comment.pk}", "seen": seen}
    html = client.post(f"{QUEUE}?folder=approved", post, follow=True).content.decode()
    comment.refresh_from_db()
    assert comment.featured == (press == "unfeature")
    assert "The text was changed after you had read it" in html


def test_a_comment_that_a_reader_reported_meanwhile_is_not_featured(
    client: Client, max_: User, article: Article
) -> None:
    comment = make_comment(article)
    post = {"decide": f"feature:{comment.pk}", "seen": comment.on_screen}
    comment.report(reason="abuse", network="192.0.2.0/24")
    html = client.post(f"{QUEUE}?folder=approved", post, follow=True).content.decode()
    comment.refresh_from_db()
    assert not comment.featured
    assert "A reader reported this comment after you had opened it" in html


@pytest.mark.parametrize(
    ("score", "hold", "words"),
    [(11, 12, "unlikely"), (18, 12, "suspicious"), (80, 12, "likely spam"), (18, 0, "unlikely")],
)
def test_a_score_is_called_what_the_rules_make_of_it(
    client: Client, max_: User, article: Article, score: int, hold: int, words: str
) -> None:
    Policy(hold_score=hold, spam_score=80).save()
    pending(article, score=score, signals=[[score, "reads like spam"]])
    page = client.get(QUEUE).content.decode()
    assert f'<span class="score__word">{words}</span>' in page


def test_a_reported_comment_leads_to_its_notice_and_keeping_it_says_that_this_still_waits(
    client: Client, max_: User, article: Article
) -> None:
    comment = make_comment(article, because="Every comment waits for a moderator")
    report = comment.report(reason="illegal", statement="A lie", network="192.0.2.0/24")
    assert report is not None
    notice = Notice.enter(report)
    comment.report(reason="abuse", network="192.0.3.0/24")
    page = client.get(f"{QUEUE}?folder=reported").content.decode()
    assert f"/admin/comments/notice/{notice.pk}/change/" in page
    assert "Reported 2 times by readers" in page
    comment.refresh_from_db()
    press = {"decide": f"keep:{comment.pk}", "seen": comment.on_screen}
    told = client.post(f"{QUEUE}?folder=reported", press, follow=True).content.decode()
    assert f"Notice {notice.pk} about it</a> still waits for an answer of its own." in told


def test_the_second_moderator_is_told_who_was_first_when_and_why(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    comment.reject(by=make_moderator("other"), reason="off-topic")
    press = {"decide": f"approve:{comment.pk}", "seen": "pending@first"}
    told = client.post(QUEUE, press, follow=True).content.decode()
    assert f"/admin/comments/comment/{comment.pk}/change/" in told
    assert re.search(r"moved this comment to rejected first on \d+ \w+ at \d\d:\d\d \(off topic\)\.", told)


@pytest.mark.parametrize(
    ("first", "word", "was_told"),
    [
        ("reject", "reject", r"moved this comment to rejected first on .* \(insult or attack\)\. Nothing changed\."),
        ("approve", "approve", r"moved this comment to approved first on .*\. Nothing changed\."),
        ("mark_spam", "spam", r"moved this comment to spam first on .*\. Nothing changed\."),
        ("feature", "feature", r"featured this comment first on .*\. Nothing changed\."),
    ],
)
def test_whoever_decides_the_same_second_is_told_who_was_first_too(
    client: Client, max_: User, article: Article, first: str, word: str, was_told: str
) -> None:
    comment = make_comment(article) if first == "feature" else pending(article)
    seen = comment.on_screen
    reason = {"reason": "insult"} if first == "reject" else {}
    getattr(comment, first)(by=make_editor(), **reason)
    press = {"decide": f"{word}:{comment.pk}", "seen": seen, "reason": "off-topic", "note": "Try the forum."}
    told = client.post(QUEUE, press, follow=True).content.decode()
    assert re.search(f"Ada King {was_told}", told)
    assert ("Try the forum.</textarea>" in told) == (word == "reject")


@pytest.mark.parametrize(
    "asked",
    ["rule=nonsense", "section=nowhere", "age=century", "links=maybe", "article=99999", "article=x", "writer=99999"],
)
def test_a_choice_that_no_menu_has_finds_nothing_and_decides_about_nothing(
    client: Client, max_: User, article: Article, asked: str
) -> None:
    comment = pending(article)
    page = client.get(f"{QUEUE}?folder=pending&{asked}").content.decode()
    assert "Nothing found" in page
    client.post(f"{QUEUE}?folder=pending&{asked}", {"action": "spam", "select_across": "1", "index": "0"}, follow=True)
    comment.refresh_from_db()
    assert comment.status == "pending"


@pytest.mark.parametrize("kind", ["comment", "notice", "appeal"])
def test_the_history_of_a_case_is_its_own_page(client: Client, max_: User, kind: str) -> None:
    answer = client.get(f"/admin/comments/{kind}/1/history/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/comments/{kind}/1/change/")
