"""A newsroom that acts on command, in a process of its own on one machine of the site: one JSON object a line.

``headline`` gives an article a new one, ``decide`` gives a comment a status; both by the model's own methods, as the
desk does. The answer comes when the act is committed and the stored pages are told.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any, Self

from benchmarks.servers import ROOT, Place


class Desk:
    """The caller's end of it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.desk"],
            cwd=ROOT,
            env=self.place.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ask(act="wait")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def ask(self, **order: Any) -> dict[str, Any]:
        """Have it act, and return its answer. Raises RuntimeError where it has ended."""
        with self._lock:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("The desk has ended; its error stands above.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def headline(self, slug: str, text: str) -> None:
        self.ask(act="headline", slug=slug, text=text)

    def decide(self, comment: int, status: str) -> None:
        self.ask(act="decide", comment=comment, status=status)


def main() -> None:
    """Obey until the input ends."""
    import django

    django.setup()
    from django.db import connection

    from articles.models import Article
    from comments.models import Comment

    for line in sys.stdin:
        order = json.loads(line)
        answer: dict[str, Any] = {}
        if order["act"] == "headline":
            article = Article.objects.get(slug=order["slug"])
            article.headline = order["text"]
            article.save(update_fields=["headline"])
        elif order["act"] == "decide":
            comment = Comment.objects.get(pk=order["comment"])
            if order["status"] == Comment.Status.APPROVED:
                comment.approve(by=None)
            else:
                comment.reject(by=None, reason=Comment.Reason.OFF_TOPIC)
        elif order["act"] == "comment":
            comment = Comment(article=Article.objects.get(slug=order["slug"]), name="Rita Moreau", text=order["text"])
            comment.enter()
            answer["comment"] = comment.pk
        elif order["act"] == "found":
            # Comments are looked for by their texts, whatever became of them.
            found = Comment.objects.filter(text__startswith=order["prefix"]).values_list("text", flat=True)
            answer["texts"] = list(found)
        print(json.dumps(answer), flush=True)
        if connection.vendor == "postgresql":
            connection.close_if_unusable_or_obsolete()


if __name__ == "__main__":
    main()
