"""Rows for tests: plain functions with sensible defaults. Ada edits, Max moderates, Rita reads."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image

from articles.models import Article, Author, Byline, Publisher, Section, Tag
from comments.models import Comment, Writer

_numbers = count(1)


def make_section(name: str = "Security", **fields: Any) -> Section:
    """Return the section of this name, made when it is not there."""
    return Section.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})[0]


def make_tag(name: str = "Linux", **fields: Any) -> Tag:
    return Tag.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})[0]


def make_author(name: str = "Ada King", **fields: Any) -> Author:
    return Author.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})[0]


def make_publisher(name: str = "Official Microsoft Blog", **fields: Any) -> Publisher:
    return Publisher.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})[0]


def make_article(
    headline: str = "",
    *,
    tags: tuple[str, ...] = (),
    authors: tuple[str, ...] = ("Ada King",),
    publish_at: datetime | None = None,
    **fields: Any,
) -> Article:
    """Return a published article, an hour old unless told otherwise; pass ``state`` for another."""
    number = next(_numbers)
    headline = headline or f"Story number {number}"
    fields.setdefault("slug", slugify(headline)[:90])
    fields.setdefault("state", Article.State.PUBLISHED)
    fields.setdefault("section", make_section())
    fields.setdefault("standfirst", f"What story number {number} is about.")
    fields.setdefault("body", f"<p>The first paragraph of story {number}.</p>\n<p>And a second one.</p>")
    article = Article(headline=headline, publish_at=publish_at or timezone.now() - timedelta(hours=1), **fields)
    article.save()
    article.tags.set([make_tag(name) for name in tags])
    for position, name in enumerate(authors):
        Byline.objects.create(article=article, author=make_author(name), position=position)
    article.settle()
    return article


def make_comment(
    article: Article | None = None,
    text: str = "",
    *,
    name: str = "Rita Moreau",
    email: str = "rita@reader.example",
    status: str = Comment.Status.APPROVED,
    **fields: Any,
) -> Comment:
    """Return a comment, approved unless told otherwise, by the reader Rita."""
    comment = Comment(
        article=article or make_article(),
        text=text or f"Remark number {next(_numbers)}, which is worth reading.",
        name=name,
        writer=Writer.of(email),
        status=status,
        **fields,
    )
    comment.enter()
    return comment


def make_user(username: str, *groups: str, **fields: Any) -> User:
    """Return a member of staff in these groups."""
    user = User.objects.create_user(username, password="a long enough password", is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_author_user(username: str = "jonas") -> User:
    return make_user(username, "author", first_name="Jonas", last_name="Weil")


def make_editor(username: str = "ada") -> User:
    return make_user(username, "editor", first_name="Ada", last_name="King")


def make_moderator(username: str = "max") -> User:
    return make_user(username, "moderator", first_name="Max", last_name="Orsini")


def make_administrator(username: str = "root-admin") -> User:
    return make_user(username, "administrator", first_name="Grace", last_name="Osei")


def picture_file(kind: str = "JPEG", size: tuple[int, int] = (1200, 800), name: str = "") -> io.BytesIO:
    """Return a small real picture of a kind that Pillow writes."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind)
    file.seek(0)
    file.name = name or f"picture.{kind.lower()}"
    return file
