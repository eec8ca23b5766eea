"""Part addresses with other letters than ASCII before the @ from the addresses that they were taken for.

Such an address was found under the key of its look-alike, so one row may hold comments of two people, and nobody can
tell whose is whose. The row keeps its comments and gets a key of its own, which no form finds any more; the address of
the look-alike begins anew with its next comment. To the row's own address nothing is mailed from now on: it counts as
stopped and unconfirmed, so it is not trusted either, and the links that were mailed to it open nothing.
"""

from typing import Any

from django.db import migrations
from django.db.models import F
from django.utils import timezone

from comments.addresses import address_key

# What else of an address has links: the model, its column of the writer, and the number that its links are bound to.
LINKS = (
    ("Comment", "writer", "receipt_number"),
    ("Follow", "writer", "number"),
    ("Notice", "notifier", "link_number"),
)


def part(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    writers = apps.get_model("comments", "Writer").objects.using(alias)
    requests = apps.get_model("comments", "DataRequest").objects.using(alias)
    now = timezone.now()
    for pk, address, key in writers.values_list("pk", "address", "key").iterator():
        local = address.rpartition("@")[0]
        if local.isascii():
            continue
        stopped = {"stopped_at": now, "confirmed_at": None, "asking_at": None, "link_number": F("link_number") + 1}
        own = address_key(f"{local}@{key.rpartition('@')[2]}")
        writers.filter(pk=pk).update(key=own, **stopped)
        requests.filter(writer=pk).update(writer=None)
        for name, of, number in LINKS:
            rows = apps.get_model("comments", name).objects.using(alias)
            rows.filter(**{of: pk}).update(**{number: F(number) + 1})


class Migration(migrations.Migration):
    dependencies = [("comments", "0038_floods_and_people")]

    operations = [migrations.RunPython(part, migrations.RunPython.noop, elidable=True)]
