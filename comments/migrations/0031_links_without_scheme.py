"""Render the comments anew in which ``//host`` was a link, which no rule for links had seen."""

from typing import Any

from django.db import migrations

from comments.markup import render


def render_anew(apps: Any, schema_editor: Any) -> None:
    comments = apps.get_model("comments", "Comment").objects.using(schema_editor.connection.alias)
    for pk, text in comments.filter(html__contains='href="//').values_list("pk", "text").iterator():
        comments.filter(pk=pk).update(html=render(text))


class Migration(migrations.Migration):
    dependencies = [("comments", "0030_bounds")]

    operations = [migrations.RunPython(render_anew, migrations.RunPython.noop, elidable=True)]
