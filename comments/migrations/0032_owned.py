"""Keep which comments the owner of an address called their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0031_links_without_scheme"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="owned",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="policy",
            name="avatars",
            field=models.BooleanField(
                default=False,
                help_text="Drawn here from random values. Only comments that confirmed regulars let in themselves share one.",
                verbose_name="drawn avatars",
            ),
        ),
    ]
