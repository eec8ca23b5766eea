"""Index the desk's list of articles by its orders, and sources for a look-up that every database can use."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_shelves")]
    operations = [
        migrations.RemoveIndex(
            model_name="article",
            name="article_source_key",
        ),
        migrations.RemoveIndex(
            model_name="article",
            name="article_desk",
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["source_key", "-edited_at"], name="article_source_key"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["state", "-edited_at", "-id"], name="article_desk"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["-edited_at", "-id"], name="article_edited"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["section", "-edited_at", "-id"], name="article_edited_in_section"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["section", "state", "-edited_at", "-id"], name="article_desk_in_section"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["ai_involvement", "-edited_at", "-id"], name="article_edited_by_ai"),
        ),
    ]
