"""Index the featured comments, which are few among all."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_desk_lists"),
        ("comments", "0006_measures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("featured", True)), fields=["created_at", "id"], name="comment_featured"
            ),
        ),
    ]
