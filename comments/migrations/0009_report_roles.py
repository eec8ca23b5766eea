"""Let those who moderate see reports and notices, and answer notices."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GRANTED = ["view_report", "view_notice", "change_notice", "view_statement"]
ROLES = ["moderator", "editor", "administrator"]


def grant(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    # Permissions are made after all migrations; a role needs them now.
    config = apps.get_app_config("comments")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    for role in ROLES:
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.add(*permissions.filter(content_type__app_label="comments", codename__in=GRANTED))


def revoke(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    permissions = apps.get_model("auth", "Permission").objects
    granted = permissions.filter(content_type__app_label="comments", codename__in=GRANTED)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*granted)


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_reports")]
    operations = [migrations.RunPython(grant, revoke)]
