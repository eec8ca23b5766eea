"""Rows whose primary key is another row's: addresses of them with a number that no database holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from comments.admin.presses import is_id


class KeyedByAnother:
    """A stock page of a row with a one-to-one primary key, asked for by anything at all.

    Django compares a plain number too large for the database with nothing and finds no row; through a one-to-one
    key it hands the number on, and SQLite refuses it.
    """

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if not is_id(object_id):
            return None
        return super().get_object(request, object_id, from_field)  # type: ignore[misc]
