"""Numbers and moments of the rules end before the calendar does; what was set beyond is brought to the bound.

A number or moment beyond made every page fail that computed with it, the one that could mend it too.
"""

from datetime import UTC, datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
DAYS = {"rejected_days": 3650, "notice_days": 365, "close_after_days": 36_500}
KEPT = {"keep_network_days": 3650, "keep_spam_days": 3650, "keep_rejected_days": 3650, "keep_unconfirmed_days": 3650}
COUNTS = {"hold_links": 1000, "flood_limit": 100_000, "flood_window": 86_400, "trust_after": 1000}
NUMBERS = {
    "Policy": {**DAYS, **KEPT, **COUNTS, "reports_to_hold": 1000},
    "Thread": {"slow_seconds": 86_400},
}
MOMENTS = {
    "Policy": ["announced_until"],
    "Thread": ["until"],
    "Block": ["until"],
    "Restriction": ["since", "until"],
    "Measure": ["until"],
}


def bring_to_bounds(apps, schema_editor):
    """By statements alone: a moment beyond the calendar is one that Python cannot read."""
    for model, limits in NUMBERS.items():
        rows = apps.get_model("comments", model).objects
        for name, limit in limits.items():
            rows.filter(**{f"{name}__gt": limit}).update(**{name: limit})
    for model, names in MOMENTS.items():
        rows = apps.get_model("comments", model).objects
        for name in names:
            rows.filter(**{f"{name}__gt": LATEST}).update(**{name: LATEST})
            rows.filter(**{f"{name}__lt": EARLIEST}).update(**{name: EARLIEST})


def at_most(limit):
    return MaxValueValidator(limit, "Use at most %(limit_value)s.")


def days(words, default, limit):
    return models.PositiveSmallIntegerField(words, default=default, validators=[MinValueValidator(1), at_most(limit)])


class Migration(migrations.Migration):
    dependencies = [("comments", "0029_reply_taken")]
    operations = [
        migrations.RunPython(bring_to_bounds, migrations.RunPython.noop),
        migrations.AlterField(
            "policy",
            "hold_links",
            models.PositiveSmallIntegerField(
                "hold from this many links",
                null=True,
                blank=True,
                validators=[at_most(1000)],
                help_text="0: links alone hold nothing.",
            ),
        ),
        migrations.AlterField(
            "policy",
            "flood_limit",
            models.PositiveIntegerField(
                "comments a network may send", null=True, blank=True, validators=[at_most(100_000)]
            ),
        ),
        migrations.AlterField(
            "policy",
            "flood_window",
            models.PositiveIntegerField("in this many seconds", null=True, blank=True, validators=[at_most(86_400)]),
        ),
        migrations.AlterField(
            "policy",
            "close_after_days",
            models.PositiveIntegerField(
                "close after days",
                null=True,
                blank=True,
                validators=[at_most(36_500)],
                help_text="0: never by age. An article or its thread can differ.",
            ),
        ),
        migrations.AlterField(
            "policy",
            "trust_after",
            models.PositiveSmallIntegerField("approved comments needed", default=5, validators=[at_most(1000)]),
        ),
        migrations.AlterField(
            "policy",
            "rejected_days",
            models.PositiveSmallIntegerField("within days", default=30, validators=[at_most(3650)]),
        ),
        migrations.AlterField(
            "policy",
            "reports_to_hold",
            models.PositiveSmallIntegerField(
                "reports that hold a comment",
                default=3,
                validators=[at_most(1000)],
                help_text="Independent ones. 0: reports never hold.",
            ),
        ),
        migrations.AlterField("policy", "notice_days", days("days to decide a notice of illegal content", 7, 365)),
        migrations.AlterField("policy", "keep_network_days", days("keep networks, days", 30, 3650)),
        migrations.AlterField("policy", "keep_spam_days", days("keep spam, days", 30, 3650)),
        migrations.AlterField(
            "policy", "keep_rejected_days", days("keep the text of rejected comments, days", 180, 3650)
        ),
        migrations.AlterField("policy", "keep_unconfirmed_days", days("keep unconfirmed requests, days", 7, 3650)),
        migrations.AlterField(
            "thread",
            "slow_seconds",
            models.PositiveIntegerField(default=300, validators=[MaxValueValidator(86_400, "A day is the most.")]),
        ),
    ]
