"""Form fields of the desk: many things by their names, one thing by its name, a picture."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from articles import images
from articles.models import Article, Author, PastSlug, Publisher, Tag

Named = Author | Tag
SLUG_LENGTH = 56  # the shortest column holds 60, and a number may have to follow
EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def free_slug(model: type[Article | Author | Publisher | Tag], text: str, *, pk: int | None = None) -> str:
    """Return a slug made of a text that no other row of a model has; a text without Latin letters gets a random one."""
    stem = slugify(text)[:SLUG_LENGTH].strip("-") or get_random_string(8, "abcdefghjkmnpqrstuvwxyz")
    taken = set(model._default_manager.filter(slug__startswith=stem).exclude(pk=pk or 0).values_list("slug", flat=True))
    if model is Article:  # what readers knew another story by leads there for ever
        taken |= set(PastSlug.objects.filter(slug__startswith=stem).exclude(article=pk).values_list("slug", flat=True))
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    return next(slug for slug in candidates if slug not in taken)


class MomentField(forms.DateTimeField):
    """A moment that can be read back: the last day of the calendar is one too late for it in a zone further west.

    PostgreSQL keeps such a moment and Python cannot read it, so that every page which asks for its row would fail.
    """

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment is not None and not EARLIEST <= moment <= LATEST:
            raise ValidationError("Use a year between 1000 and 9000.", code="far")
        return moment


class NamesField(forms.CharField):
    """Several rows by name, with commas between, in the order typed.

    Where two rows have one name, or a name holds a comma, the slug stands for it. A plain field, not the stock
    autocomplete: that one fails accessibility checks and cannot add without a script.
    """

    def __init__(self, *, model: type[Named], what: str, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=600, **kwargs)
        self.model = model
        self.what = what

    def known(self) -> list[str]:
        return list(self.model._default_manager.order_by("name").values_list("name", flat=True)[:100])

    def written(self, rows: Iterable[Named]) -> str:
        """Return rows as the text that ``found`` reads back as the same rows."""
        names = [row.name for row in rows]
        twins = {
            name
            for name, count in self.model._default_manager.filter(name__in=names)
            .order_by()
            .values_list("name")
            .annotate(models.Count("pk"))
            if count > 1
        }
        return ", ".join(row.slug if row.name in twins or "," in row.name else row.name for row in rows)

    def found(self, text: str) -> tuple[list[Named], list[str]]:
        """Return the rows that a text names, in order and once each, and the names that no row has.

        Raises ValidationError for a name that several rows have, and for one that no row can have.
        """
        longest = self.model._meta.get_field("name").max_length or 0
        names = [" ".join(name.split()) for name in text.split(",")]
        rows: list[Named] = []
        unknown: list[str] = []
        for name in filter(None, names):
            fitting: list[Named] = list(
                self.model._default_manager.filter(models.Q(name__iexact=name) | models.Q(slug=name))[:5]
            )
            exact = [row for row in fitting if name in (row.name, row.slug)] or fitting
            if len(exact) > 1:
                slugs = " or ".join(row.slug for row in exact)
                raise ValidationError(f"Several {self.what}s are called “{name}”. Write {slugs}.")
            if not exact and len(name) > longest:
                raise ValidationError(
                    f"“{name[:40]}…” is too long: the name of a {self.what} has at most {longest} characters."
                )
            if not exact:
                unknown += [name] if name not in unknown else []
            elif exact[0] not in rows:
                rows.append(exact[0])
        return rows, unknown


class PictureField(forms.FileField):
    """An uploaded picture, cleaned at once; see ``articles.images`` for what is refused.

    Its value is the picture's name in storage, so that a form with an error elsewhere does not lose it.
    """

    widget = forms.FileInput

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        return images.keep(upload, "heroes") if isinstance(upload, UploadedFile) else upload


KEPT_SALT = "articles.desk.picture"


def sign_kept(name: str) -> str:
    """Return the name of a cleaned picture so that only a form of ours can bring it back."""
    return signing.dumps(name, salt=KEPT_SALT)


def read_kept(token: str) -> str:
    """Return the name behind a token; empty where the token is not ours or a day old."""
    try:
        return str(signing.loads(token, salt=KEPT_SALT, max_age=24 * 60 * 60))
    except signing.BadSignature:
        return ""
