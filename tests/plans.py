"""How the database answers each statement of a block of code: by an index and in few rows, or not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

BIG = ("articles_article", "articles_filing", "articles_byline", "articles_article_tags", "comments_comment")
BIG += ("comments_report", "comments_notice")
BIG += ("comments_decision", "comments_thread", "comments_writer", "articles_correction", "articles_pastslug")
ROWS = 1_500  # one node of a plan may read; a list's page reads a few dozen, a kept position is at most 500 away
STEPS = 25  # thousands, of SQLite's machine, for one statement


class Watch:
    """What is wrong with the statements that were sent while it watched."""

    def __init__(self) -> None:
        self.sent = 0
        self.faults: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and re.match(r"\s*(SELECT|UPDATE|DELETE)\b", sql):
            self.sent += 1
            explain = _postgres_faults if connection.vendor == "postgresql" else _sqlite_faults
            self.faults += [f"{fault}\n    in {sql}" for fault in explain(sql, params)]
        return execute(sql, params, many, context)


def _sqlite_faults(sql: str, params: Any) -> list[str]:
    plain = connection.connection
    native = re.sub(r"%s", "?", sql).replace("%%", "%")
    plan = [row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {native}", params or ())]
    other_names = {alias: name for name, alias in re.findall(r'"(\w+)" ([T-W]\d+)\b', sql)}
    # A list that comes in order is walked until its page is full; the steps below say whether that is soon.
    ends = " LIMIT " in sql and not any("TEMP B-TREE" in line for line in plan)
    faults = []
    for line in plan:
        scan = re.match(r"SCAN (\w+)( USING (?:COVERING )?INDEX)?", line)
        if scan and other_names.get(scan[1], scan[1]) in BIG and not scan[2] and not ends:
            faults.append(line)
    if sql.lstrip().startswith("SELECT"):
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        plain.set_progress_handler(count, 1_000)
        try:
            plain.execute(native, params or ()).fetchall()
        finally:
            plain.set_progress_handler(None, 0)
        faults += [f"{steps} thousand steps"] * (steps > STEPS)
    return faults


def _postgres_faults(sql: str, params: Any) -> list[str]:
    analyse = sql.lstrip().startswith("SELECT") and "FOR UPDATE" not in sql
    with connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON{', ANALYZE, TIMING OFF' if analyse else ''}) {sql}", params or None)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return list(_nodes_at_fault(plan[0]["Plan"], analyse))


def _nodes_at_fault(node: dict[str, Any], analysed: bool) -> Iterator[str]:
    table = node.get("Relation Name", "")
    if analysed:
        read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if read > ROWS:
            yield f"{node['Node Type']} {table} reads {read:.0f} rows"
    elif node["Node Type"] == "Seq Scan" and table in BIG:
        yield f"reads {table} whole"
    for child in node.get("Plans", ()):
        yield from _nodes_at_fault(child, analysed)


@contextmanager
def answered_by_index(least: int = 1) -> Iterator[Watch]:
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch
    assert watch.sent >= least
    assert watch.faults == [], "\n".join(watch.faults)
