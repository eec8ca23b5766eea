"""Spread what the spam score has learned over twice as many slots, in columns of its own.

A feature's slot is the end of one number, so it is the old slot or that one and as many again: both begin with what
was counted in the old one, and what is unlearned later is taken from the right one. The release before goes on with its
own columns, for as long as it runs beside this one.
"""

import zlib
from typing import Any

from django.db import migrations, models

BEFORE = 1 << 17  # slots of two bytes, for spam and then for honest comments


def spread(apps: Any, schema_editor: Any) -> None:
    memories = apps.get_model("comments", "SpamMemory").objects.using(schema_editor.connection.alias)
    for memory in memories.exclude(counts=b""):
        raw = zlib.decompress(bytes(memory.counts))
        spam, honest = raw[: 2 * BEFORE], raw[2 * BEFORE :]
        memory.tallies = zlib.compress(2 * spam + 2 * honest, 6)
        memory.save(update_fields=["tallies"])


class Migration(migrations.Migration):
    dependencies = [("comments", "0040_no_word_lost")]

    operations = [
        migrations.AddField("spammemory", "tallies", models.BinaryField(null=True)),
        migrations.AddField("spammemory", "in_force", models.BinaryField(null=True)),
        migrations.AddField("spammemory", "in_force_on", models.BigIntegerField(null=True)),
        migrations.RunPython(spread, migrations.RunPython.noop, elidable=True),
    ]
