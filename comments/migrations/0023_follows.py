"""Keep who wants to be mailed about which discussion, and which replies each was told of."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_desk_lists"),
        ("comments", "0022_retention_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Follow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scope",
                    models.CharField(
                        choices=[("replies", "Answers to my comment"), ("all", "The whole discussion")],
                        default="replies",
                        max_length=10,
                    ),
                ),
                (
                    "speed",
                    models.CharField(
                        choices=[("at-once", "At once"), ("daily", "Once a day")], default="at-once", max_length=10
                    ),
                ),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("muted_at", models.DateTimeField(blank=True, null=True)),
                ("number", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="MailRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decision", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ReplyNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(null=True)),
                ("queued_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.AddField(
            model_name="writer",
            name="asking_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="writer",
            name="link_number",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="writer",
            index=models.Index(
                condition=models.Q(("asking_at__isnull", False)), fields=["asking_at"], name="writer_asking"
            ),
        ),
        migrations.AddIndex(
            model_name="writer",
            index=models.Index(
                condition=models.Q(("asked_at__isnull", False)), fields=["asked_at"], name="writer_asked"
            ),
        ),
        migrations.AddField(
            model_name="follow",
            name="article",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="articles.article"
            ),
        ),
        migrations.AddField(
            model_name="follow",
            name="comment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="comments.comment"
            ),
        ),
        migrations.AddField(
            model_name="follow",
            name="writer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="follows",
                to="comments.writer",
            ),
        ),
        migrations.AddField(
            model_name="replynotice",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="comments.comment"
            ),
        ),
        migrations.AddField(
            model_name="replynotice",
            name="follow",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="comments.follow",
            ),
        ),
        migrations.AddField(
            model_name="replynotice",
            name="writer",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="comments.writer"
            ),
        ),
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(fields=["writer", "article"], name="follow_by_writer"),
        ),
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(condition=models.Q(("scope", "all")), fields=["article", "id"], name="follow_whole"),
        ),
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(fields=["created_at"], name="follow_by_age"),
        ),
        migrations.AddConstraint(
            model_name="follow",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["replies", "all"])), name="follow_scope_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="follow",
            constraint=models.CheckConstraint(
                condition=models.Q(("speed__in", ["at-once", "daily"])), name="follow_speed_known"
            ),
        ),
        migrations.AddIndex(
            model_name="replynotice",
            index=models.Index(fields=["follow", "sent_at"], name="reply_notice_by_follow"),
        ),
        migrations.AddIndex(
            model_name="replynotice",
            index=models.Index(fields=["created_at"], name="reply_notice_by_age"),
        ),
        migrations.AddIndex(
            model_name="replynotice",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("queued_at", None), ("sent_at", None)),
                fields=["due_at"],
                name="reply_notice_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="replynotice",
            constraint=models.UniqueConstraint(fields=("writer", "comment"), name="reply_notice_once"),
        ),
    ]
