"""Hold from 12 points on a new site: of spam that nobody has seen, the words prove less than was thought."""

from django.core.validators import MaxValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0027_hold_score")]
    operations = [
        migrations.AlterField(
            "policy",
            "hold_score",
            models.PositiveSmallIntegerField("hold from spam score", default=12, validators=[MaxValueValidator(100)]),
        ),
    ]
