"""Keep how each moderator is mailed what waits."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("comments", "0023_follows"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModeratorMail",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="moderator_mail",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "speed",
                    models.CharField(
                        choices=[
                            ("never", "Never"),
                            ("at-once", "At once"),
                            ("hourly", "Once an hour, if something came"),
                            ("daily", "Every morning: all that waits"),
                        ],
                        default="never",
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "mail about waiting comments",
                "verbose_name_plural": "my mail",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("speed__in", ["never", "at-once", "hourly", "daily"])),
                        name="moderator_mail_speed_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="comments.comment"
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="comments.moderatormail",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="held_notice_by_age")],
                "constraints": [models.UniqueConstraint(fields=("mail", "comment"), name="held_notice_once")],
            },
        ),
    ]
