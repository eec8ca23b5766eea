"""Close, slow or reserve the conversations of a section or of the site."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0016_blocks"),
        ("articles", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("slow", "Slow: one comment a writer in a while"),
                            ("staff", "Staff only"),
                            ("closed", "Closed"),
                        ],
                        default="closed",
                        max_length=10,
                    ),
                ),
                (
                    "slow_seconds",
                    models.PositiveIntegerField(
                        default=300,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(86400),
                        ],
                        verbose_name="in slow mode, seconds between two comments",
                    ),
                ),
                ("reason", models.CharField(help_text="Printed where the form would stand.", max_length=200)),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="from")),
                (
                    "until",
                    models.DateTimeField(
                        blank=True, help_text="When it ends by itself. Empty: when you end it.", null=True
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole site.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.section",
                    ),
                ),
            ],
            options={
                "verbose_name": "restriction of comments",
                "verbose_name_plural": "restrictions of comments",
                "ordering": ["-since", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["slow", "staff", "closed"])), name="restriction_mode_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="restriction_ends_after_it_began",
                    ),
                ],
            },
        ),
    ]
