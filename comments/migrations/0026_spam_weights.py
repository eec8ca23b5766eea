"""Keep the weights that were learned, ready to be read, beside the counts that they follow from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0025_report_indexes")]
    operations = [
        migrations.AddField("spammemory", "weighed", models.BinaryField(default=bytes)),
        migrations.AddField("spammemory", "built_on", models.BigIntegerField(default=0)),
    ]
