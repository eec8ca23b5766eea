"""Render anew the links whose host is not ASCII: where its letters read as another host, the text now names it."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from comments.markup import render


def render_anew(apps: Any, schema_editor: Any) -> None:
    comments = apps.get_model("comments", "Comment").objects.using(schema_editor.connection.alias)
    leading_there = Q(html__contains="://xn--") | Q(html__contains=".xn--")
    for pk, text in comments.filter(leading_there).values_list("pk", "text").iterator():
        comments.filter(pk=pk).update(html=render(text))


class Migration(migrations.Migration):
    dependencies = [("comments", "0040_look_alike_addresses")]

    operations = [migrations.RunPython(render_anew, migrations.RunPython.noop, elidable=True)]
