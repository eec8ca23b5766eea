"""What one comment asks of the database: nothing for rules and lists, which every process keeps."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.models import Block, BlockedWord, Comment
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
    assert len(statements) <= 9, "\n".join(statements)
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
