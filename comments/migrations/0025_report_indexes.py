"""Find the last reports of a network, and the notices that wait, by indexes that every query can use."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0024_moderator_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_due",
        ),
        migrations.RemoveIndex(
            model_name="report",
            name="report_by_network",
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("handled_at__isnull", True)), fields=["due_at", "id"], name="notice_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["network", "made_at"], name="report_lately"),
        ),
    ]
