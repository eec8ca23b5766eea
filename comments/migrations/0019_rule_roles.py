"""Who may change the rules of the conversation: administrators."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MODELS = {"block": ("view", "add", "change", "delete"), "restriction": ("view", "add", "change", "delete")}
MODELS["policy"] = ("view", "change")


def grant(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    # Permissions are made after all migrations; a role needs them now.
    config = apps.get_app_config("comments")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="administrator")
    group.permissions.add(*_permissions(apps))


def revoke(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for group in apps.get_model("auth", "Group").objects.filter(name="administrator"):
        group.permissions.remove(*_permissions(apps))


def _permissions(apps: Apps):
    names = [f"{verb}_{model}" for model, verbs in MODELS.items() for verb in verbs]
    permissions = apps.get_model("auth", "Permission").objects
    return permissions.filter(content_type__app_label="comments", codename__in=names)


class Migration(migrations.Migration):
    dependencies = [("comments", "0018_spam_memory")]
    operations = [migrations.RunPython(grant, revoke)]
