"""When a worker took a reply to mail it: one that is killed before it has mailed it loses none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0028_hold_score")]
    operations = [migrations.AddField("replynotice", "taken_at", models.DateTimeField(null=True))]
