"""The log: append-only, chained, and whatever is changed in it behind its back is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from comments.management.commands import verify_log
from comments.models import Decision, LogHead, Measure, Policy, Restriction, Thread, Writer
from tests.factories import make_administrator, make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

TABLE = "comments_decision"


@pytest.fixture
def rows() -> list[Decision]:
    """A log with rows of every shape: a decision with reason and rule, a report, a kept comment, a setting."""
    max_, comment = make_moderator(), make_comment(status="pending", rule="links")
    comment.reject(by=max_, reason="insult")
    comment.approve(by=max_)
    comment.report(reason="spam", network="203.0.113.0/24")
    comment.dismiss_reports(by=max_)
    Decision.record("settings", by=max_, about="hold_links spam_score")
    rows = list(Decision.objects.all())
    assert [row.act for row in rows] == ["decide", "decide", "report", "keep", "report-dismissed", "settings"]
    return rows


def verified(**options: object) -> str:
    out = StringIO()
    call_command("verify_log", stdout=out, **options)
    return out.getvalue().strip()


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_log_that_nobody_touched_is_whole_and_its_rows_are_numbered_without_a_gap(rows: list[Decision]) -> None:
    assert verified() == f"6 decisions, unbroken. Last digest: {rows[-1].digest}"
    assert [row.pk for row in rows] == list(range(rows[0].pk, rows[0].pk + 6))


@pytest.mark.parametrize("position", range(6))
@pytest.mark.parametrize("field", [field.name for field in Decision._meta.concrete_fields])
def test_a_changed_column_is_found_in_any_row(rows: list[Decision], position: int, field: str) -> None:
    row, column = rows[position], Decision._meta.get_field(field).column
    value: object
    if field == "made_at":
        value = row.made_at + timedelta(microseconds=1)
    elif field == "id":
        value = row.pk + 1000 if row is rows[-1] else -row.pk
    elif field in ("comment_id", "article_id", "by"):
        value = (getattr(row, column) or 0) + 1
    elif field in ("digest", "previous"):
        value = hashlib.sha256(getattr(row, column).encode()).hexdigest()
    else:
        value = (getattr(row, column) + "x")[-9:]
    with transaction.atomic():
        sql(f"UPDATE {TABLE} SET {column} = %s WHERE id = %s", value, row.pk)
        with pytest.raises(CommandError):
            verified()
        transaction.set_rollback(True)
    verified()


@pytest.mark.parametrize("column", ["reason", "rule", "was", "by_id", "act", "about"])
def test_an_emptied_column_is_found(rows: list[Decision], column: str) -> None:
    row = next(row for row in rows if getattr(row, column))
    sql(f"UPDATE {TABLE} SET {column} = %s WHERE id = %s", None if column == "by_id" else "", row.pk)
    with pytest.raises(CommandError, match=f"Decision {row.pk} was changed"):
        verified()


@pytest.mark.parametrize("position", range(6))
def test_a_missing_row_is_found_the_last_one_too(rows: list[Decision], position: int) -> None:
    sql(f"DELETE FROM {TABLE} WHERE id = %s", rows[position].pk)
    with pytest.raises(CommandError, match="missing"):
        verified()


def test_a_log_that_was_emptied_is_found(rows: list[Decision]) -> None:
    sql(f"DELETE FROM {TABLE}")
    with pytest.raises(CommandError, match="should have 6 decisions and has 0"):
        verified()


def test_two_rows_that_changed_places_are_found(rows: list[Decision]) -> None:
    first, second = rows[1].pk, rows[2].pk
    for old, new in ((first, -1), (second, first), (-1, second)):
        sql(f"UPDATE {TABLE} SET id = %s WHERE id = %s", new, old)
    with pytest.raises(CommandError, match="does not follow"):
        verified()


@pytest.mark.parametrize("place", ["start", "end"])
def test_a_row_that_was_put_in_is_found(rows: list[Decision], place: str) -> None:
    forged = Decision.objects.get(pk=rows[0].pk)
    forged.pk = 0 if place == "start" else rows[-1].pk + 1
    forged.previous = "" if place == "start" else rows[-1].digest
    forged.digest = forged.computed_digest()
    forged._state.adding = True
    forged.save(force_insert=True)
    with pytest.raises(CommandError):
        verified()


@pytest.mark.parametrize("change", [{"length": 5}, {"digest": "0" * 64}])
def test_a_changed_head_is_found(rows: list[Decision], change: dict[str, object]) -> None:
    LogHead.objects.update(**change)
    with pytest.raises(CommandError, match="its end is missing"):
        verified()


def test_rows_from_before_acts_had_names_still_fit(rows: list[Decision]) -> None:
    old = Decision(comment_id=1, article_id=1, became="spam", channel="triage", made_at=rows[0].made_at, pk=100)
    old.previous = rows[-1].digest
    when = old.made_at.isoformat(timespec="microseconds")
    row = [1, 1, "", "spam", None, "triage", "", "", "", when, old.previous]
    old.digest = hashlib.sha256(json.dumps(row, separators=(",", ":")).encode()).hexdigest()
    old.save(force_insert=True)
    LogHead.objects.update(length=7, digest=old.digest)
    assert verified().startswith("7 decisions, unbroken.")


def test_the_log_is_read_a_bounded_number_of_rows_at_a_time(
    rows: list[Decision], monkeypatch, django_assert_num_queries
) -> None:
    monkeypatch.setattr(verify_log, "ROWS", 2)
    with django_assert_num_queries(5):  # three full chunks, the empty one, the head
        verified()


# Anchors: what a copy of the database cannot have changed.


def test_an_anchor_finds_a_log_that_was_rewritten_whole(rows: list[Decision], tmp_path: Path) -> None:
    kept = tmp_path / "anchors"
    kept.write_text(verified(anchor=True) + "\n\n")
    make_comment(status="pending").approve(by=make_moderator("mia"))
    kept.write_text(kept.read_text() + verified(anchor=True) + "\n")
    assert "2 anchors hold." in verified(against=kept)
    previous = ""
    for row in Decision.objects.all():  # as whoever may write to every table could
        row.previous, row.reason = previous, ""
        previous = row.computed_digest()
        sql(f"UPDATE {TABLE} SET previous = %s, reason = '', digest = %s WHERE id = %s", row.previous, previous, row.pk)
    LogHead.objects.update(digest=previous)
    verified()
    with pytest.raises(CommandError, match="the log was rewritten"):
        verified(against=kept)


def test_an_anchor_finds_an_end_that_was_cut_with_its_head(rows: list[Decision], tmp_path: Path) -> None:
    kept = tmp_path / "anchors"
    kept.write_text(verified(anchor=True))
    sql(f"DELETE FROM {TABLE} WHERE id = %s", rows[-1].pk)
    LogHead.objects.update(digest=rows[-2].digest, length=5)
    verified()
    with pytest.raises(CommandError, match="speaks of row 6, and the log has 5"):
        verified(against=kept)


@pytest.mark.parametrize("content", [b"hello", b"newsblog-log x y z", b"\xff\xfe", None])
def test_a_file_that_holds_no_anchors_is_said_to_be_none(tmp_path: Path, content: bytes | None) -> None:
    kept = tmp_path / "anchors"
    if content is not None:
        kept.write_bytes(content)
    with pytest.raises(CommandError, match=r"anchor|cannot be read"):
        verified(against=kept)


def test_rules_measures_and_threads_stand_in_the_log_without_a_word_of_theirs() -> None:
    max_, grace = make_moderator(), make_administrator()
    thread = Thread.of(make_article())
    thread.rule("slow", by=max_)
    thread.close(by=max_, reason="Too heated.")
    thread.reopen(by=max_)
    measure = Measure.impose(Writer.of("rita@reader.example"), "ban", by=max_, reason="Enough is enough.")
    measure.lift(by=grace)
    rules = Policy.current()
    rules.guidelines, rules.hold_links = "Be kind to Rita.", 5
    assert rules.change(by=grace) == ["hold_links", "guidelines"]
    assert rules.change(by=grace) == []
    restriction = Restriction(mode="closed", reason="A quiet night.", by=grace)
    restriction.save()
    restriction.end(by=grace)
    assert list(Decision.objects.values_list("act", "about", "by")) == [
        ("thread-slow", "", max_.pk),
        ("thread-closed", "", max_.pk),
        ("thread-open", "", max_.pk),
        ("measure-ban", "", max_.pk),
        ("measure-lifted", "ban", grace.pk),
        ("settings", "hold_links guidelines", grace.pk),
        ("restricted-closed", "site", grace.pk),
        ("restriction-ended", "site", grace.pk),
    ]
    assert set(Decision.objects.filter(act__startswith="thread").values_list("article_id", flat=True)) == {thread.pk}
    verified()


def test_many_settings_at_once_fit_into_rows() -> None:
    rules = Policy()
    for field in Policy._meta.concrete_fields:
        if field.editable and not field.primary_key:
            value = getattr(rules, field.name)
            changed = not value if isinstance(value, bool) else "x" if isinstance(value, str) else 9
            setattr(rules, field.name, None if field.name == "announced_until" else changed)
    names = rules.change(by=make_administrator())
    logged = " ".join(Decision.objects.values_list("about", flat=True)).split()
    assert logged == names
    assert len(names) > 20


@pytest.mark.parametrize("about", ["Rita said so!", "rita@reader.example", "a\nb", "x" * 201])
def test_the_log_takes_codes_and_no_words(about: str) -> None:
    with pytest.raises(ValueError, match="codes and numbers"):
        Decision.record("settings", by=None, about=about)


def test_a_decision_of_the_very_moment_is_no_missing_end(rows: list[Decision], monkeypatch: pytest.MonkeyPatch) -> None:
    read, acts = verify_log._rows, iter([make_comment(status="pending").approve])

    def rows_and_one_more(*, after: int) -> Iterator[tuple[object, ...]]:
        yield from read(after=after)
        for act in acts:
            act(by=None)

    monkeypatch.setattr(verify_log, "_rows", rows_and_one_more)
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert out.getvalue().startswith(f"{len(rows) + 1} decisions, unbroken.")
