"""Rows past the models: by COPY on PostgreSQL, by ``executemany`` on SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import connection, models

_BATCH = 5_000  # rows

Row = tuple[Any, ...]


class Table:
    """The rows of one model: the columns that vary are given, every other has its model's default."""

    def __init__(self, model: type[models.Model], *varying: str) -> None:
        self.model = model
        fields = {
            field.attname: field for field in model._meta.concrete_fields if not getattr(field, "generated", False)
        }
        self.varying = [str(fields.pop(name).column) for name in varying]
        self.fixed = {
            str(field.column): _plain(field.get_default())
            for field in fields.values()
            if not field.has_db_default() and not field.primary_key
        }
        self.columns = [*self.varying, *self.fixed]

    def load(self, rows: Iterable[Row]) -> int:
        """Write the rows, whose values are plain: text, numbers, truth, None; return how many there were."""
        return self._copy(rows) if connection.vendor == "postgresql" else self._insert(rows)

    def _copy(self, rows: Iterable[Row]) -> int:
        columns = ", ".join(connection.ops.quote_name(name) for name in self.columns)
        table = connection.ops.quote_name(self.model._meta.db_table)
        fixed = "".join(f"\t{_escaped(value)}" for value in self.fixed.values()).replace("%", "%%")
        template = "\t".join(["%s"] * len(self.varying)) + fixed + "\n"
        count = 0
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT text, NULL 'None')") as copy,
        ):
            for batch in _batches(rows):
                copy.write("".join([template % row for row in batch]))
                count += len(batch)
        return count

    def _insert(self, rows: Iterable[Row]) -> int:
        columns = ", ".join(connection.ops.quote_name(name) for name in self.columns)
        marks = ", ".join(["%s"] * len(self.columns))
        table = connection.ops.quote_name(self.model._meta.db_table)
        fixed = tuple(self.fixed.values())
        count = 0
        with connection.cursor() as cursor:
            for batch in _batches(rows):
                cursor.executemany(
                    f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608  # names of our own models
                    [
                        tuple(value.replace("\\n", "\n") if isinstance(value, str) else value for value in row) + fixed
                        for row in batch
                    ],
                )
                count += len(batch)
        return count


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return json.dumps(value) if isinstance(value, list | dict) else value


def _escaped(value: Any) -> str:
    """Return a value as COPY's text format writes it."""
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def moment(value: datetime) -> str:
    """Return a moment as both databases read it: UTC, without a zone."""
    return str(value.astimezone(UTC).replace(tzinfo=None))
