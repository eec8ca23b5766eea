"""Index the queue by rule and article, waiting scores and threads; drop two indexes that others begin with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_desk_lists"),
        ("comments", "0003_thread_size"),
    ]
    operations = [
        migrations.AlterField(
            model_name="comment",
            name="article",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="articles.article"
            ),
        ),
        migrations.AlterField(
            model_name="comment",
            name="writer",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="comments",
                to="comments.writer",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["article", "status", "created_at", "id"], name="comment_on_article"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["status", "rule", "created_at", "id"], name="comment_by_rule"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("status", "pending")), fields=["score"], name="comment_scores_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["-pending_count", "-article"], name="thread_by_waiting"),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(
                condition=models.Q(("mode", "closed")), fields=["-pending_count", "-article"], name="thread_closed"
            ),
        ),
    ]
