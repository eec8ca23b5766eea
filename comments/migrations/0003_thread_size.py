"""Count, on the comment that starts a thread, how many of it are approved; pages divide threads by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_roles")]
    operations = [
        migrations.AddField(
            model_name="comment",
            name="thread_size",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("depth", 0), ("thread_size__gt", 0)),
                fields=["article", "path"],
                name="comment_roots",
            ),
        ),
    ]
