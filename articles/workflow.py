"""Who may move an article from which state to which: the one table of the desk's rules."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    """The stored states. Scheduled is not one: it is published with ``publish_at`` still to come."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class WrongState(Exception):
    """An act asked for from a state that it does not start in; the message is for the person who asked."""


@dataclass(frozen=True)
class Act:
    """A move: the states it starts in, the one it ends in, and the permission that it takes."""

    word: str
    starts: frozenset[State]
    ends: State
    permission: str


# The permission names are those of Article.Meta; the groups that hold them are made by migration.
ACTS = {
    act.word: act
    for act in (
        Act("submit", frozenset({State.DRAFT}), State.IN_REVIEW, "articles.submit_article"),
        Act("send back", frozenset({State.IN_REVIEW}), State.DRAFT, "articles.publish_article"),
        Act(
            "publish",
            frozenset({State.DRAFT, State.IN_REVIEW, State.WITHDRAWN}),
            State.PUBLISHED,
            "articles.publish_article",
        ),
        Act("unschedule", frozenset({State.PUBLISHED}), State.IN_REVIEW, "articles.publish_article"),
        Act("withdraw", frozenset({State.PUBLISHED}), State.WITHDRAWN, "articles.withdraw_article"),
    )
}
