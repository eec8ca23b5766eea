"""Render anew the comments of which readers saw less than was written: what stood too deep, and behind a fence."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from comments.markup import render


def render_anew(apps: Any, schema_editor: Any) -> None:
    comments = apps.get_model("comments", "Comment").objects.using(schema_editor.connection.alias)
    may_lack = Q(html__contains="<blockquote>") | Q(html__contains="<li>") | Q(html__contains="<pre>")
    for pk, text, html in comments.filter(may_lack).values_list("pk", "text", "html").iterator():
        if (whole := render(text)) != html:
            comments.filter(pk=pk).update(html=whole)


class Migration(migrations.Migration):
    dependencies = [("comments", "0041_hosts_spelled_out")]

    operations = [migrations.RunPython(render_anew, migrations.RunPython.noop, elidable=True)]
