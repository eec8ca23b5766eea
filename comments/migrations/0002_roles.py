"""What each group of the desk may do to comments."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MODERATION = ["view_comment", "change_comment", "moderate_comment", "view_thread", "change_thread", "view_decision"]
ROLES = {
    "moderator": MODERATION,
    "editor": MODERATION,
    "administrator": [*MODERATION] + [f"{verb}_blockedword" for verb in ("view", "add", "change", "delete")],
}


def grant(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    # Permissions are made after all migrations; a role needs them now.
    config = apps.get_app_config("comments")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    groups = apps.get_model("auth", "Group").objects
    for role, codenames in ROLES.items():
        group, _ = groups.get_or_create(name=role)
        group.permissions.add(*permissions.filter(content_type__app_label="comments", codename__in=codenames))


def revoke(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="comments")
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*permissions)


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial"), ("articles", "0002_roles")]
    operations = [migrations.RunPython(grant, revoke)]
