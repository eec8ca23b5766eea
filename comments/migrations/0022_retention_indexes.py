"""Find what retention drops without reading what it keeps."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0021_data_requests")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(
                    models.Q(("network", ""), _negated=True),
                    models.Q(("user_agent", ""), _negated=True),
                    _connector="OR",
                ),
                fields=["created_at"],
                name="comment_traced",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(
                    models.Q(("status", "rejected"), ("status", "spam"), ("status", "withdrawn"), _connector="OR"),
                    models.Q(("text", ""), _negated=True),
                ),
                fields=["status", "created_at", "id"],
                name="comment_emptied_later",
            ),
        ),
    ]
