"""Keep readers' reports, notices of illegal content and statements of reasons; name the acts of the log."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0007_featured_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="decision",
            name="about",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="decision",
            name="act",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddField(
            model_name="policy",
            name="redress",
            field=models.TextField(
                blank=True,
                help_text="Where people can turn who disagree with a decision: printed in each statement of reasons. Empty: certified bodies under the Digital Services Act, and courts.",
                verbose_name="redress out of court",
            ),
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("spam", "Spam or advertising"),
                            ("abuse", "Abuse: an insult, a threat, somebody's private data"),
                            ("off-topic", "Off topic"),
                            ("illegal", "Illegal content"),
                        ],
                        max_length=10,
                    ),
                ),
                ("statement", models.TextField(blank=True)),
                ("network", models.CharField(blank=True, max_length=43)),
                ("weight", models.PositiveSmallIntegerField(default=100)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("upheld", "Upheld"),
                            ("dismissed", "Dismissed"),
                            ("void", "Void: the comment went before anybody decided"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                ("decision", models.BigIntegerField(blank=True, null=True)),
                (
                    "comment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="comments.comment",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("law", models.CharField(blank=True, max_length=200)),
                ("name", models.CharField(blank=True, max_length=80)),
                ("good_faith", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("review", "Under review"),
                            ("upheld", "Upheld"),
                            ("dismissed", "Dismissed"),
                            ("void", "Void"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                ("decision", models.BigIntegerField(blank=True, null=True)),
                ("explanation", models.TextField(blank=True)),
                ("link_number", models.PositiveIntegerField(default=0)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="comments.comment"
                    ),
                ),
                (
                    "notifier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notices",
                        to="comments.writer",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notice", to="comments.report"
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of illegal content",
                "verbose_name_plural": "notices of illegal content",
                "ordering": ["due_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decision", models.BigIntegerField()),
                (
                    "to",
                    models.CharField(
                        choices=[("writer", "The comment's writer"), ("notifier", "Whoever sent a notice")],
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("restriction", models.CharField(max_length=200)),
                ("facts", models.TextField()),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[("guidelines", "the guidelines of this site"), ("law", "the law")],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=100)),
                ("law", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True)),
                ("automation", models.CharField(max_length=400)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="statements", to="comments.comment"
                    ),
                ),
                (
                    "guidelines",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comments.wording",
                    ),
                ),
                (
                    "redress",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="comments.wording"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["comment", "state"], name="report_about"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("network", ""), _negated=True),
                fields=["network", "made_at"],
                name="report_by_network",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("weight__gt", 0), models.Q(("network", ""), _negated=True)),
                fields=("comment", "network"),
                name="report_once_a_network",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "upheld", "dismissed", "void"])), name="report_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(condition=models.Q(("weight__lte", 100)), name="report_weight_bounded"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["state", "due_at", "id"], name="notice_list"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state__in", ["received", "review"])), fields=["due_at", "id"], name="notice_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["received", "review", "upheld", "dismissed", "void"])),
                name="notice_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("decision", "to"), name="statement_once"),
        ),
    ]
