"""What one comment asks of the database: nothing for rules and lists, which every process keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.models import Block, BlockedWord, Comment, Writer
from tests.comments.posting import post
from tests.factories import make_article, make_comment

KEPT = ("comments_policy", "comments_blockedword", "comments_block", "comments_spammemory", "comments_restriction")


@pytest.mark.django_db(transaction=True)
def test_rules_and_lists_are_asked_for_once_a_process() -> None:
    article = make_article()
    make_comment(article)  # Rita, the thread and the folders are known
    BlockedWord.objects.create(phrase="casino")
    Block.objects.create(kind="mail", value="trash.example")
    client = Client(REMOTE_ADDR="203.0.113.9")
    post(client, article, comment="The first remark warms up.")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert post(client, article, comment="A second remark, weighed by rules that are kept.").status_code == 303
    statements = [
        query["sql"] for query in asked if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    assert not [sql for sql in statements if any(f'"{table}"' in sql for table in KEPT)]
    assert len(statements) <= 8, "\n".join(statements)
    with CaptureQueriesContext(connection) as asked:
        assert (
            post(client, article, comment="A first remark of somebody new.", email="new@reader.example").status_code
            == 303
        )
    statements = [query["sql"] for query in asked if query["sql"].startswith(("SELECT", "INSERT", "UPDATE"))]
    assert sum('FROM "comments_writer"' in sql for sql in statements) == 1, "looked for once, then made"
    assert not [sql for sql in statements if 'FROM "comments_measure"' in sql], "nothing was decided about them yet"
    BlockedWord.objects.create(phrase="kernel")  # and a change holds for the next comment
    post(client, article, comment="The kernel is mentioned in a third remark.")
    assert Comment.objects.latest("pk").rule == "blocked-words"


@pytest.mark.django_db(transaction=True)
def test_a_newcomer_costs_one_statement_more_and_no_savepoint() -> None:
    article = make_article()
    make_comment(article)
    client = Client(REMOTE_ADDR="203.0.113.9")
    post(client, article, comment="The first remark warms up.")
    with CaptureQueriesContext(connection) as asked:
        assert post(client, article, comment="A remark.", email="new@reader.example").status_code == 303
    statements = [query["sql"].strip() for query in asked]
    assert not [sql for sql in statements if sql.startswith("SAVEPOINT")]
    assert len([sql for sql in statements if not sql.startswith(("BEGIN", "COMMIT"))]) <= 9, "\n".join(statements)


@pytest.mark.django_db(transaction=True)
def test_a_writer_made_meanwhile_by_another_post_is_the_same_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    create, made = Writer.objects.bulk_create, []

    def late(*arguments: Any, **options: Any) -> Any:
        made.append(Writer.objects.create(key="new@reader.example", address="New@Reader.example"))
        return create(*arguments, **options)

    monkeypatch.setattr(Writer.objects, "bulk_create", late)
    writer = Writer.of("new@reader.example")
    assert [writer.pk] == [each.pk for each in made]
    assert Writer.objects.get().address == "New@Reader.example", "the first to come keeps the address as typed"
