"""Render anew the links whose host browsers read in another way, and find addresses under the host that mail goes to."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from comments.addresses import address_key
from comments.markup import render

# What IDNA 2003 read as other letters, or as nothing.
DEVIATING = ("\u00df", "\u03c2", "\u200c", "\u200d")


def mend(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    comments = apps.get_model("comments", "Comment").objects.using(alias)
    misread = Q(html__contains="<a rel=") | Q(html__contains="://xn--") | Q(html__contains=".xn--")
    for pk, text in comments.filter(misread).values_list("pk", "text").iterator():
        comments.filter(pk=pk).update(html=render(text))
    writers = apps.get_model("comments", "Writer").objects.using(alias)
    deviating = Q()
    for char in DEVIATING:
        deviating |= Q(address__contains=char)
    for pk, key, address in list(writers.filter(deviating).values_list("pk", "key", "address")):
        better = address_key(address)
        if better != key and not writers.filter(key=better).exists():
            writers.filter(pk=pk).update(key=better)


class Migration(migrations.Migration):
    dependencies = [("comments", "0034_statement_of_a_notice")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
