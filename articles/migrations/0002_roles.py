"""The groups of the desk, with what each may do to articles."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = {
    "author": [
        "view_article",
        "add_article",
        "change_article",
        "submit_article",
        "view_tag",
        "add_tag",
        "view_author",
        "view_section",
        "view_publisher",
        "add_publisher",
    ],
    "editor": ["view_article", "add_article", "change_article", "change_any_article", "submit_article"]
    + ["publish_article", "withdraw_article", "view_correction", "add_correction"]
    + [f"{verb}_{model}" for verb in ("view", "add", "change") for model in ("tag", "author", "section", "publisher")],
    "moderator": ["view_article"],
}
ROLES["administrator"] = [*ROLES["editor"], "delete_tag", "delete_section", "delete_author", "delete_publisher"]


def make_roles(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    # Permissions are made after all migrations; a role needs them now.
    for label in ("auth", "articles"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    groups = apps.get_model("auth", "Group").objects
    for role, codenames in ROLES.items():
        group, _ = groups.get_or_create(name=role)
        group.permissions.add(
            *permissions.filter(content_type__app_label="articles", codename__in=codenames),
        )
    people = permissions.filter(content_type__app_label="auth", codename__in=["view_user", "add_user", "change_user"])
    groups.get(name="administrator").permissions.add(*people)


def remove_roles(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, remove_roles)]
