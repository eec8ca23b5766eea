"""Times at the moderators' desk: the browser's own field for a moment, which says in which zone it is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from articles.admin.fields import MomentField
from articles.admin.form import moment_widget
from articles.templatetags.articles import zone_of


class Zoned:
    """An admin whose fields of moments are one field each, to the minute, and name the site's zone."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if isinstance(db_field, models.DateTimeField):
            kwargs |= {"form_class": MomentField, "widget": moment_widget()}
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(db_field, models.DateTimeField):
            zone = zone_of(timezone.localtime())
            field.help_text = f"{field.help_text or db_field.help_text} In the site’s zone, {zone} today.".strip()
        return field
