"""Let administrators look at an address, one at a time."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def grant(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    # Permissions are made after all migrations; the role needs this one now.
    config = apps.get_app_config("comments")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    see = apps.get_model("auth", "Permission").objects.get(content_type__app_label="comments", codename="see_address")
    apps.get_model("auth", "Group").objects.get(name="administrator").permissions.add(see)


def revoke(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    see = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="comments", codename="see_address"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="administrator"):
        group.permissions.remove(*see)


class Migration(migrations.Migration):
    dependencies = [("comments", "0012_see_address")]
    operations = [migrations.RunPython(grant, revoke)]
