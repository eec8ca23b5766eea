"""What a notice's sender was told, words that go after an answer, wishes that an owner declined."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

# Rules that look at the person, as statements named them.
ABOUT_PERSONS = (
    "blocked mail domain",
    "blocked network",
    "measure about the writer",
    "rejected often before",
    "first comment",
    "asks the confirmed address",
    "disowned by the confirmed address",
    "every comment waits",
)


def mend(apps: Any, schema_editor: Any) -> None:
    """Take what was answered before as told; name no rule in old statements that tells what is known of an address."""
    alias = schema_editor.connection.alias
    notices = apps.get_model("comments", "Notice").objects.using(alias)
    notices.filter(handled_at__isnull=False).update(told=models.F("state"))
    notices.filter(state="upheld", comment__status="approved").update(told="published")
    statements = apps.get_model("comments", "Statement").objects.using(alias)
    for name in ABOUT_PERSONS:
        named = statements.filter(automation__contains=f"the rule “{name}”")
        by_machine = named.filter(automation__startswith="Decided by automated means")
        by_machine.update(automation="Decided by automated means.")
        named.update(automation="Decided by a person. No rule about its words had put it before the moderators.")


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0036_words_of_the_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="words_go",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="follow",
            name="declined_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="told",
            field=models.CharField(default="open", editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="notice",
            name="words_go",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="writer",
            name="declined_outcome_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(condition=models.Q(("words_go", True)), fields=["judged_at"], name="appeal_words_go"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("words_go", True)), fields=["handled_at"], name="notice_words_go"),
        ),
        migrations.RunPython(mend, migrations.RunPython.noop, elidable=True),
    ]
