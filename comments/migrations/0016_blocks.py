"""Block mail domains, networks and the domains of links."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0015_word_effects")]
    operations = [
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mail", "Mail domain"), ("network", "Network"), ("link", "Domain of a link")],
                        max_length=10,
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        help_text="A domain stands for those below it too. A network is written 192.0.2.0/24.",
                        max_length=255,
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("hold", "Hold for a moderator"),
                            ("spam", "Put into the spam folder"),
                            ("reject", "Reject"),
                        ],
                        default="hold",
                        max_length=10,
                    ),
                ),
                (
                    "reject_reason",
                    models.CharField(
                        choices=[
                            ("insult", "Insult or attack"),
                            ("off-topic", "Off topic"),
                            ("private", "Private information about someone"),
                            ("no-source", "Serious claim without a source"),
                            ("advertising", "Advertising"),
                            ("duplicate", "Said already"),
                            ("unlawful", "Unlawful"),
                        ],
                        default="advertising",
                        help_text="What the writer reads; only where the block rejects.",
                        max_length=15,
                        verbose_name="why it is rejected",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="For moderators.", max_length=100, verbose_name="why it is blocked"
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(blank=True, help_text="When it ends by itself. Empty: never.", null=True),
                ),
                ("hits", models.PositiveIntegerField(default=0, editable=False)),
                ("last_hit_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ["kind", "value"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "value"), name="block_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["mail", "network", "link"])), name="block_kind_known"
                    ),
                ],
            },
        ),
    ]
