"""An index for what the newsroom picked under an article."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0009_report_roles")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("featured", True), ("status", "approved")),
                fields=["article", "path"],
                name="comment_picks",
            ),
        ),
    ]
