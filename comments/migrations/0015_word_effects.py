"""Let a listed word reject, and say why to the writer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0014_appeals")]
    operations = [
        migrations.AddField(
            model_name="blockedword",
            name="reason",
            field=models.CharField(
                choices=[
                    ("insult", "Insult or attack"),
                    ("off-topic", "Off topic"),
                    ("private", "Private information about someone"),
                    ("no-source", "Serious claim without a source"),
                    ("advertising", "Advertising"),
                    ("duplicate", "Said already"),
                    ("unlawful", "Unlawful"),
                ],
                default="insult",
                help_text="What the writer reads; only where the word rejects.",
                max_length=15,
                verbose_name="why it is rejected",
            ),
        ),
        migrations.AlterField(
            model_name="blockedword",
            name="effect",
            field=models.CharField(
                choices=[("hold", "Hold for a moderator"), ("spam", "Put into the spam folder"), ("reject", "Reject")],
                default="hold",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="blockedword",
            name="phrase",
            field=models.CharField(
                help_text="Whole words; letter case and accents do not matter. * stands for any letters: casino*, *pharm*.",
                max_length=100,
                unique=True,
            ),
        ),
    ]
