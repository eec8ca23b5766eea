"""Keep the figures of the transparency table, and how far they are counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0019_rule_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=30)),
                ("key", models.CharField(blank=True, max_length=80)),
                ("value", models.BigIntegerField(default=0)),
            ],
            options={
                "ordering": ["year", "name", "key"],
                "constraints": [models.UniqueConstraint(fields=("year", "name", "key"), name="figure_once")],
            },
        ),
        migrations.CreateModel(
            name="FigureMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decision", models.BigIntegerField(default=0)),
                ("comment", models.BigIntegerField(default=0)),
                ("counted_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="figure_mark_is_one_row")],
            },
        ),
    ]
