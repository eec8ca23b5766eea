"""The acts that move an article: who may, from where, and what is left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Article, PastSlug
from articles.sources import TRACKING, source_key
from articles.workflow import ACTS, State, WrongState
from tests.factories import make_administrator, make_article, make_author_user, make_editor, make_moderator

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
database = pytest.mark.django_db

ACT: dict[str, Callable[[Article, User | None], object]] = {
    "submit": lambda article, by: article.submit(by=by),
    "send back": lambda article, by: article.send_back(by=by, note="Name the source."),
    "publish": lambda article, by: article.publish(by=by),
    "unschedule": lambda article, by: article.unschedule(by=by),
    "withdraw": lambda article, by: article.withdraw(by=by, reason="The figures were invented."),
}
MAKERS = {
    "author": make_author_user,
    "editor": make_editor,
    "moderator": make_moderator,
    "administrator": make_administrator,
}
# The one table of who may do what, as docs promise it.
MAY = {
    "author": {"submit"},
    "editor": set(ACT),
    "moderator": set(),
    "administrator": set(ACT),
}


def make_in(state: str) -> Article:
    """Return an article in a stored state; published ones are scheduled, so that every act can be tried."""
    return make_article(state=state, publish_at=datetime(2100, 1, 1, tzinfo=UTC))


@database
@pytest.mark.parametrize("role", MAKERS)
@pytest.mark.parametrize("word", ACT)
def test_each_role_may_do_its_own_acts_and_no_others(word: str, role: str) -> None:
    article, person = make_in(sorted(ACTS[word].starts)[0]), MAKERS[role]()
    if word in MAY[role]:
        ACT[word](article, person)
        assert article.state == ACTS[word].ends
    else:
        before = article.state
        with pytest.raises(PermissionDenied):
            ACT[word](article, person)
        article.refresh_from_db()
        assert article.state == before
        assert not article.transitions.exists()


@database
@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("word", ACT)
def test_an_act_starts_only_where_it_makes_sense(word: str, state: str) -> None:
    article = make_in(state)
    if state in ACTS[word].starts:
        ACT[word](article, None)
        assert Article.objects.get(pk=article.pk).state == ACTS[word].ends
    else:
        with pytest.raises(WrongState):
            ACT[word](article, None)
        assert Article.objects.get(pk=article.pk).state == state


@database
def test_every_act_leaves_a_trace_of_who_when_and_why() -> None:
    ada, article = make_editor(), make_in(State.IN_REVIEW)
    with time_machine.travel(NOON, tick=False):
        article.send_back(by=ada, note="Name the source.")
    trace = article.transitions.get()
    assert (trace.was, trace.became, trace.by, trace.note) == ("in_review", "draft", ada, "Name the source.")
    assert trace.made_at == NOON
    assert (article.sent_back_note, article.sent_back_by) == ("Name the source.", ada)


@database
def test_the_row_decides_not_the_copy_that_an_editor_had_open() -> None:
    mine = make_in(State.IN_REVIEW)
    theirs = Article.objects.get(pk=mine.pk)
    theirs.send_back(by=None, note="Not yet.")
    with pytest.raises(WrongState, match="This article is draft"):
        mine.send_back(by=None, note="Again.")
    mine.publish(by=None)  # from draft an editor may publish at once
    assert mine.is_published


@database
def test_publishing_now_shows_it_now_and_later_schedules_it() -> None:
    with time_machine.travel(NOON, tick=False):
        now, later = make_in(State.DRAFT), make_in(State.DRAFT)
        now.publish(by=None)
        later.publish(by=None, at=NOON + timedelta(hours=1))
        assert now.publish_at == NOON
        assert now.is_published
        assert not later.is_published
        assert later.is_scheduled
        assert Article.objects.next_due() == NOON + timedelta(hours=1)


@database
def test_what_readers_can_see_cannot_be_unscheduled() -> None:
    article = make_article()
    with pytest.raises(WrongState, match="Withdraw it instead"):
        article.unschedule(by=None)


@database
def test_an_unscheduled_article_has_no_time_and_is_in_review() -> None:
    article = make_in(State.PUBLISHED)
    article.unschedule(by=None)
    assert (article.state, article.publish_at) == (State.IN_REVIEW, None)


@database
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_withdrawn_without_a_reason(reason: str) -> None:
    article = make_article()
    with pytest.raises(WrongState, match="Say why"):
        article.withdraw(by=None, reason=reason)
    assert article.is_published


@database
def test_a_withdrawn_article_may_come_back_and_forgets_the_reason() -> None:
    article = make_article()
    article.withdraw(by=None, reason="A mistake.")
    assert article.is_gone
    article.publish(by=None)
    assert article.is_published
    assert (article.withdrawn_at, article.withdrawn_reason) == (None, "")
    assert not article.is_gone


@database
def test_a_notice_moves_the_updated_time_and_a_minor_edit_does_not() -> None:
    article = make_article(publish_at=NOON)
    article.headline = "One letter less"
    article.save()
    assert article.changed_at == NOON
    notice = article.correct(by=None, kind="update", text="More is known.", at=NOON + timedelta(hours=1))
    assert article.changed_at == notice.made_at == NOON + timedelta(hours=1)


@database
@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_only_a_published_article_carries_notices(state: str) -> None:
    with pytest.raises(WrongState):
        make_in(state).correct(by=None, kind="update", text="More is known.")


@database
def test_there_is_one_pin_and_it_takes_the_right_to_publish() -> None:
    first, second = make_article(), make_article()
    first.pin(by=make_editor(), until=NOON)
    second.pin(by=None, until=NOON)
    first.refresh_from_db()
    assert (first.pinned_until, second.pinned_until) == (None, NOON)
    with pytest.raises(PermissionDenied):
        first.pin(by=make_author_user(), until=NOON)


@database
def test_a_slug_that_readers_knew_is_remembered_and_may_come_back() -> None:
    article = make_article(slug="first")
    for slug in ("second", "third"):
        article.slug = slug
        article.save()
    assert set(PastSlug.objects.values_list("slug", flat=True)) == {"first", "second"}
    article.slug = "first"
    article.save()
    assert set(PastSlug.objects.values_list("slug", flat=True)) == {"second", "third"}


@database
def test_a_year_of_three_digits_has_an_address() -> None:
    article = make_article(slug="old", state="draft", publish_at=datetime(202, 1, 1, tzinfo=UTC))
    assert article.get_absolute_url() == "/0202/01/old/"


@database
def test_a_slug_that_readers_knew_another_story_by_is_refused() -> None:
    old = make_article(slug="wanted")
    old.slug = "moved"
    old.save()
    with pytest.raises(ValidationError, match="Another story had this slug"):
        Article(headline="Another", slug="wanted").full_clean()
    make_article(slug="wanted", state="draft")
    assert PastSlug.objects.get(slug="wanted").article == old
    old.slug = "wanted-again"
    old.full_clean()


@database
def test_the_table_refuses_a_published_row_without_a_time() -> None:
    article = make_article()
    with pytest.raises(IntegrityError, match="article_published_has_time"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(publish_at=None)
    with pytest.raises(IntegrityError, match="article_state_known"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(state="live")


@database
def test_saving_keeps_the_plain_text_and_the_key_of_the_source() -> None:
    article = make_article(
        body="<p>One <em>two</em></p><script>x</script>", source_url="https://www.A.example/x/?utm_a=1"
    )
    assert article.body == "<p>One <em>two</em></p>"
    assert article.body_text == "One two"
    assert article.word_count == 2
    assert article.source_key == "a.example/x"


@database
@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (230, 1), (400, 2), (1150, 5)])
def test_the_reading_time_is_in_whole_minutes(words: int, minutes: int) -> None:
    assert make_article(body=f"<p>{'word ' * words}</p>").reading_minutes == minutes


SAME = [
    "https://site.example/story/1?id=7&page=2",
    "http://site.example/story/1?id=7&page=2",
    "https://www.site.example/story/1/?page=2&id=7",
    "https://SITE.example:443/story/1?id=7&page=2#top",
    "https://site.example/story/1?utm_source=a&id=7&fbclid=b&page=2",
]


@pytest.mark.parametrize("url", SAME)
def test_the_spellings_of_one_address_have_one_key(url: str) -> None:
    assert source_key(url) == source_key(SAME[0])


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/story/2?id=7&page=2",
        "https://other.example/story/1?id=7&page=2",
        "https://site.example/story/1?id=8&page=2",
        "https://site.example:8443/story/1?id=7&page=2",
        "https://site.example/Story/1?id=7&page=2",
    ],
)
def test_other_stories_have_other_keys(url: str) -> None:
    assert source_key(url) != source_key(SAME[0])


@given(st.text(max_size=700))
def test_anything_that_was_typed_has_a_key_that_fits(text: str) -> None:
    assert len(source_key(text)) <= 500


PLAIN = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)


@given(
    host=PLAIN.filter(lambda name: not name.startswith("-")),
    path=st.lists(PLAIN, max_size=4),
    query=st.dictionaries(PLAIN.filter(lambda name: name not in TRACKING), PLAIN, max_size=3),
)
def test_what_does_not_matter_never_changes_the_key(host: str, path: list[str], query: dict[str, str]) -> None:
    plain = f"https://{host}.example/{'/'.join(path)}?{'&'.join(f'{key}={value}' for key, value in query.items())}"
    odd = [f"{key}={value}" for key, value in reversed(query.items())]
    end = "/" if path else ""
    dressed = f"http://www.{host.upper()}.example/{'/'.join(path)}{end}?{'&'.join(['utm_x=1', *odd])}#here"
    assert source_key(dressed) == source_key(plain)
