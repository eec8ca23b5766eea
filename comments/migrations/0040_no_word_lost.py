"""Render anew the comments that readers saw otherwise than they are rendered now.

Of some they saw less than was written: what stood too deep, and behind a fence. Of others a link whose letters read as
another host, which its text now names.
"""

from typing import Any

from django.db import migrations
from django.db.models import Q

from comments.markup import render


def render_anew(apps: Any, schema_editor: Any) -> None:
    comments = apps.get_model("comments", "Comment").objects.using(schema_editor.connection.alias)
    may_lack = Q(html__contains="<blockquote>") | Q(html__contains="<li>") | Q(html__contains="<pre>")
    leads_there = Q(html__contains="://xn--") | Q(html__contains=".xn--")
    for pk, text, html in comments.filter(may_lack | leads_there).values_list("pk", "text", "html").iterator():
        if (whole := render(text)) != html:
            comments.filter(pk=pk).update(html=whole)


class Migration(migrations.Migration):
    dependencies = [("comments", "0039_look_alike_addresses")]

    operations = [migrations.RunPython(render_anew, migrations.RunPython.noop, elidable=True)]
