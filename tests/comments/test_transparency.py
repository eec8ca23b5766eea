"""The yearly table and the public log: numbers that equal the log's, and neither texts nor names."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, TestCase
from django.utils import timezone

from articles import pagecache
from comments import transparency
from comments.models import Appeal, Comment, Decision, Figure, FigureMark, LogHead, Policy, Report
from newsblog.jobs import JOBS
from tests.comments.posting import text
from tests.factories import make_article, make_comment, make_moderator
from tests.working import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

LATER = timedelta(hours=1)


def count() -> transparency.Table:
    transparency.count_on(timezone.now() + LATER)
    return transparency.table(timezone.localtime().year)


def rows(table: transparency.Table, caption: str) -> dict[str, list[int]]:
    return dict(next(part.rows for part in table.parts if part.caption == caption))


def a_year_of_everything() -> None:
    """Each kind of decision, report, notice and appeal once or twice."""
    max_, mia = make_moderator(), make_moderator("mia")
    article = make_article()
    for status in ("pending", "pending", "spam", "approved", "rejected"):
        make_comment(article, status=status, rule="score" if status == "spam" else "words")
    first, second, spam, approved, rejected = Comment.objects.order_by("pk")
    first.reject(by=max_, reason="insult")
    second.approve(by=max_)
    second.reject(by=max_, reason="off-topic")
    spam.approve(by=max_)
    rejected.restore(by=mia)
    for number in (1, 2, 3):
        approved.report(reason="abuse", network=f"203.0.{number}.0/24")
    Comment.objects.get(pk=approved.pk).approve(by=mia)
    spam = Comment.objects.get(pk=spam.pk)
    spam.report(reason="spam", network="203.0.1.0/24")
    spam.feature(by=max_)
    undone = spam.reject(by=max_, reason="advertising")
    assert undone is not None
    spam.undo(undone, by=max_)
    spam.withdraw()


def test_the_totals_are_those_of_the_log() -> None:
    a_year_of_everything()
    table = count()
    assert table.log_rows == LogHead.objects.get().length == Decision.objects.count()
    decided = rows(table, "Decisions, by outcome")
    moved = Decision.objects.filter(act="decide")
    assert sum(map(sum, decided.values())) == moved.count()
    for status, label in (("approved", "Approved"), ("rejected", "Rejected"), ("withdrawn", "Withdrawn")):
        assert sum(decided[label]) == moved.filter(became=status).count()
    assert sum(numbers[0] for numbers in decided.values()) == moved.filter(by__isnull=False).count()
    reasons = rows(table, "Rejections, by reason")
    for reason, label in Comment.Reason.choices:
        assert reasons[label][0] == moved.filter(became="rejected", reason=reason).count()
    assert sum(sum(numbers) for numbers in reasons.values()) == sum(decided["Rejected"])
    reports = rows(table, "Reports by readers, by reason")
    for reason, label in Report.Reason.choices:
        assert reports[label][0] == Report.objects.filter(reason=reason).count()
    others = rows(table, "Other acts")
    assert others == {"Featured": [1]}
    assert table.received == 5


def test_what_automation_got_wrong_is_counted_by_rule() -> None:
    a_year_of_everything()
    assert rows(count(), "What automation got wrong") == {"Reports": [1], "Score": [1], "Words": [1]}


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_slip_that_was_taken_back_proves_no_rule_wrong_and_ends_no_wait(monkeypatch, batch: int) -> None:
    monkeypatch.setattr(transparency, "BATCH", batch)
    max_, now = make_moderator(), timezone.now()
    foldered = make_comment(status="spam", rule="score")
    waiting = make_comment(status="pending")
    Comment.objects.filter(pk=waiting.pk).update(created_at=now - timedelta(hours=5))
    for comment in (foldered, waiting):
        decision = comment.approve(by=max_)
        assert decision
        count()
        comment.undo(decision, by=max_)
    table = count()
    assert rows(table, "What automation got wrong") == {}
    assert table.wait is None
    foldered.approve(by=max_)
    with time_machine.travel(now + timedelta(hours=5)):
        waiting.approve(by=max_)
        table = count()
    assert rows(table, "What automation got wrong") == {"Score": [1]}
    assert table.wait is not None
    assert abs(table.wait - timedelta(hours=10)) < timedelta(minutes=30)


def test_a_comment_that_reports_brought_back_waited_from_then_on() -> None:
    comment, now = make_comment(), timezone.now()
    Comment.objects.filter(pk=comment.pk).update(created_at=now - timedelta(days=900))
    for number in (1, 2, 3):
        comment.report(reason="abuse", network=f"203.0.{number}.0/24")
    with time_machine.travel(now + timedelta(hours=3)):
        Comment.objects.get(pk=comment.pk).approve(by=make_moderator())
        wait = count().wait
    assert wait is not None
    assert abs(wait - timedelta(hours=3)) < timedelta(minutes=9)


def test_an_answer_that_was_taken_back_shows_in_the_numbers_of_reports() -> None:
    a_year_of_everything()
    part = next(part for part in count().parts if part.caption.startswith("Reports"))
    answers = dict(part.rows)
    assert answers["Spam or advertising"] == [1, 1, 0, 1]
    assert answers[str(Report.Reason.ABUSE.label)] == [3, 0, 3, 0]
    assert part.note == "Answers that were taken back, so that the reports were answered again: 1."


def test_counting_goes_on_where_it_stopped_and_counts_nothing_twice(monkeypatch) -> None:
    a_year_of_everything()
    monkeypatch.setattr(transparency, "BATCH", 2)
    whole = count()
    assert transparency.count_on(timezone.now() + LATER) == 0
    assert count().parts == whole.parts
    make_comment(status="pending").approve(by=make_moderator("late"))
    more = count()
    assert (more.received, more.log_rows) == (whole.received + 1, whole.log_rows + 1)
    monkeypatch.setattr(transparency, "BATCH", 1000)
    Figure.objects.all().delete()
    FigureMark.objects.all().delete()
    assert count().parts == more.parts


def test_a_batch_costs_the_same_queries_however_many_rows_it_has(django_assert_max_num_queries) -> None:
    max_ = make_moderator()
    for _ in range(40):
        make_comment(status="pending").approve(by=max_)
    with django_assert_max_num_queries(60):
        count()
    with django_assert_max_num_queries(4):
        transparency.table(timezone.localtime().year)


def test_a_comment_of_this_moment_is_counted_once_its_neighbours_are_settled() -> None:
    make_comment(status="pending")
    transparency.count_on()
    assert transparency.table(timezone.localtime().year).received == 0
    transparency.count_on(timezone.now() + LATER)
    assert transparency.table(timezone.localtime().year).received == 1


def test_imported_comments_and_the_newsrooms_own_are_not_received() -> None:
    max_ = make_moderator()
    comment = make_comment()
    comment.answer(by=max_, text="Thank you.")
    make_comment(imported_from="wxr", imported_id="7")
    assert count().received == 1


def test_the_middle_wait_is_that_of_first_decisions_by_people() -> None:
    max_, now = make_moderator(), timezone.now()
    for minutes in (10, 60, 600):
        comment = make_comment(status="pending")
        Comment.objects.filter(pk=comment.pk).update(created_at=now - timedelta(minutes=minutes))
        comment.approve(by=max_)
        comment.restore(by=max_)
        comment.reject(by=max_, reason="insult")
    wait = count().wait
    assert wait is not None
    assert abs(wait - timedelta(minutes=60)) < timedelta(minutes=3)


def test_erasing_a_comment_changes_no_number() -> None:
    a_year_of_everything()
    before = count().parts
    Comment.objects.all().delete()
    assert count().parts == before


def test_each_year_stands_for_itself_by_the_sites_clock(client: Client) -> None:
    for year, number in ((2024, 1), (2025, 2)):
        with time_machine.travel(datetime(year, 6, 1, tzinfo=UTC)):
            for _ in range(number):
                make_comment(status="approved")
            transparency.count_on(timezone.now() + LATER)
    assert [transparency.table(year).received for year in (2024, 2025)] == [1, 2]
    assert transparency.years() == [2025, 2024]
    page = text(client.get("/comments/transparency/"))
    assert "How we moderated in 2025" in page
    assert 'href="/comments/transparency/2024/"' in page
    assert client.get("/comments/transparency/2024/").status_code == 200
    for missing in ("2023/", "99999999999999999999/", "2023.csv"):
        assert client.get(f"/comments/transparency/{missing}").status_code == 404


def test_the_page_and_the_file_print_the_same_numbers(client: Client) -> None:
    a_year_of_everything()
    table = count()
    year = timezone.localtime().year
    page = text(client.get(f"/comments/transparency/{year}/"))
    for part in table.parts:
        for label, numbers in part.rows:
            cells = "".join(f"<td>{number}</td>" for number in numbers)
            assert f'<th scope="row">{label}</th>{cells}' in page
    answer = client.get(f"/comments/transparency/{year}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    header, *lines = csv.reader(answer.content.decode().splitlines())
    assert header == ["year", "part", "row", "column", "number"]
    assert [tuple(line[1:]) for line in lines] == [(*line[:3], str(line[3])) for line in table.lines()]


def test_a_site_without_a_past_has_a_table_of_noughts(client: Client) -> None:
    answer = client.get("/comments/transparency/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "wait for a moderator" not in text(answer)


def test_the_worker_counts_by_the_hour() -> None:
    assert {job.module_path: every for job, every in JOBS}[transparency.count_figures.module_path] == LATER
    make_comment().approve(by=None)
    transparency.count_figures.enqueue()
    assert work_off() == []
    assert FigureMark.objects.get().decision == Decision.objects.last().pk


def test_what_changes_the_stored_pages_expires_them(monkeypatch) -> None:
    comment, expired = make_comment(), set[str]()
    monkeypatch.setattr(pagecache, "_bump", expired.update)

    def expires(act: Callable[[], object]) -> set[str]:
        expired.clear()
        with TestCase.captureOnCommitCallbacks(execute=True):
            act()
        return expired

    assert "figures" in expires(lambda: transparency.count_on(timezone.now() + LATER))
    assert "figures" not in expires(lambda: transparency.count_on(timezone.now() + LATER))
    assert {"log"} <= expires(lambda: comment.report(reason="spam", network="203.0.1.0/24"))
    assert "comment-policy" in expires(lambda: Policy(public_log=True).save())
    comment.report(reason="spam", network="203.0.2.0/24")
    thread = f"thread:{comment.article_id}"
    assert {"log", thread} <= expires(lambda: comment.report(reason="abuse", network="203.0.3.0/24"))


# The public log.


def public_log(client: Client, tail: str = "") -> HttpResponse:
    return client.get(f"/comments/log/{tail}")


def test_the_log_is_public_only_where_the_newsroom_says_so(client: Client) -> None:
    a_year_of_everything()
    assert public_log(client).status_code == 404
    assert "/comments/log/" not in text(client.get("/comments/transparency/"))
    Policy(public_log=True).save()
    assert public_log(client).status_code == 200
    assert "/comments/log/" in text(client.get("/comments/transparency/"))
    Policy(public_log=False).save()
    assert public_log(client).status_code == 404
    assert public_log(client, "5/").status_code == 404


def test_the_public_log_names_acts_reasons_and_articles_and_nobody(client: Client) -> None:
    Policy(public_log=True).save()
    article = make_article("A public story")
    comment = make_comment(article, "Words that nobody repeats.", status="pending", rule="links", pk=987_654_321)
    comment.reject(by=make_moderator(), reason="insult", note="A note.")
    comment.approve(by=make_moderator("mia"))
    comment.report(reason="spam", statement="My statement.", network="203.0.113.0/24")
    Decision.record("settings", by=None, about="hold_links")
    hidden = make_comment(make_article("A story taken back"))
    hidden.withdraw()
    hidden.article.withdraw(by=None, reason="Wrong.")
    page = text(public_log(client))
    for words in ("Rejected", "Insult or attack", "A public story", "A moderator", "Spam or advertising", "hold links"):
        assert words in page
    assert "a story that readers do not see" in page
    for kept in ("Words that nobody", "Rita", "Max", "Orsini", "A note", "My statement", "203.0", "A story taken back"):
        assert kept not in page
    assert "987654321" not in page


def test_a_rule_is_named_for_what_it_did_and_for_nothing_that_people_did_later(client: Client) -> None:
    Policy(public_log=True).save()
    for act in ("withdraw", "approve"):
        comment = make_comment(status="spam", rule="blocked-words")
        comment.withdraw() if act == "withdraw" else comment.approve(by=make_moderator())
    page = text(public_log(client))
    assert page.count("Listed words") == 2, "once for each comment that it put away"
    assert page.count("<tr>") == 5


def test_the_public_log_is_paged_by_key_and_each_row_stands_once(client: Client, django_assert_max_num_queries) -> None:
    Policy(public_log=True).save()
    for number in range(120):
        Decision.record("settings", by=None, about=f"row_{number}.")
    seen: Counter[str] = Counter()
    tail = ""
    for _ in range(3):
        with django_assert_max_num_queries(12):
            page = text(public_log(client, tail))
        seen.update(f"row {number}." for number in range(120) if f"row {number}." in page)
        tail = page.partition("/comments/log/")[2].partition('" rel="next"')[0].rpartition("/comments/log/")[2]
    assert set(seen.values()) == {1}
    assert len(seen) == 120
    first = Decision.objects.first()
    assert first is not None
    for tail in (f"{first.pk}/", "0/", f"{10**30}/", "x/"):
        assert public_log(client, tail).status_code == 404


def test_a_grant_counts_wherever_it_was_given_and_no_more_once_it_is_taken_back() -> None:
    first, other = make_moderator("first"), make_moderator("other")
    for undone in (False, True):
        comment = make_comment(status="pending")
        comment.reject(by=first, reason="insult")
        appeal = Appeal.lodge(comment, "Read it again")
        if undone:
            appeal.grant(by=other)
            comment.refresh_from_db()
            comment.undo(Decision.objects.deciding().latest("pk"), by=other)
            Appeal.objects.get(pk=appeal.pk).refuse(by=other)
        else:
            comment.approve(by=other)
    transparency.count_on()
    lines = list(transparency.table(timezone.localtime().year).lines())
    numbers = [number for part, _, _, number in lines if part == "Appeals by writers"]
    assert numbers == [2, 1, 1]
