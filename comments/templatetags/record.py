"""What the public log prints of a row: why and by whom, in roles and codes, never by name."""

from __future__ import annotations

from django import template

from comments.models import Comment, Decision, Report
from comments.rule_names import public_name_of

register = template.Library()

_REASONS = dict([*Report.Reason.choices, *Comment.Reason.choices])


@register.filter
def why(row: Decision) -> str:
    """The reason from the list, else the rule about the words that did it; for settings, which ones.

    What a person does is not done by the rule that once held the comment.
    """
    if row.reason:
        return str(_REASONS.get(row.reason, row.reason))
    if row.act == "settings":
        return row.about.replace("_", " ")
    return "" if row.by_id is not None or row.channel == "receipt" else public_name_of(row.rule).capitalize()


@register.filter
def who(row: Decision) -> str:
    """A role: who it was is for staff alone."""
    if row.by_id is not None:
        return "A moderator"
    return {"receipt": "The writer", "report": "Readers"}.get(row.channel, "The site")
