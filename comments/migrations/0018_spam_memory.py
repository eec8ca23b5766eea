"""Keep what the spam score learns from decisions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0017_restrictions")]
    operations = [
        migrations.CreateModel(
            name="LinkedHost",
            fields=[
                ("name", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("approved", models.IntegerField(default=0)),
                ("spam", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SpamMemory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counts", models.BinaryField(default=bytes)),
                ("spam", models.PositiveIntegerField(default=0)),
                ("honest", models.PositiveIntegerField(default=0)),
                ("cursor", models.BigIntegerField(default=0)),
                ("learned_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="spam_memory_is_one_row")],
            },
        ),
    ]
