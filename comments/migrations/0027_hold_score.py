"""Hold from 20 points on a new site: the score's scale has changed, and cross-validation chose this."""

from django.core.validators import MaxValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0026_spam_weights")]
    operations = [
        migrations.AlterField(
            "policy",
            "hold_score",
            models.PositiveSmallIntegerField("hold from spam score", default=20, validators=[MaxValueValidator(100)]),
        ),
    ]
