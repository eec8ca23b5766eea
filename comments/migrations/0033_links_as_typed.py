"""Render the comments anew whose links were decoded: controls and look-alikes came back with that."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from comments.markup import render


def render_anew(apps: Any, schema_editor: Any) -> None:
    comments = apps.get_model("comments", "Comment").objects.using(schema_editor.connection.alias)
    decoded = Q(html__contains='href="') & (Q(text__contains="%") | Q(text__icontains="xn--"))
    for pk, text in comments.filter(decoded).values_list("pk", "text").iterator():
        comments.filter(pk=pk).update(html=render(text))


class Migration(migrations.Migration):
    dependencies = [("comments", "0032_owned")]

    operations = [migrations.RunPython(render_anew, migrations.RunPython.noop, elidable=True)]
