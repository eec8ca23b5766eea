"""Give a site that has no administrator one, with a random password that is printed once."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction


class Command(BaseCommand):
    help = "Make the first administrator with a random password, printed once; where there is one, say who it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="admin")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        desk = f"The desk is at {settings.SITE_URL}/admin/."
        administrators = [
            user for user in User.objects.filter(is_superuser=True, is_active=True) if user.has_usable_password()
        ]
        if administrators:
            names = ", ".join(user.get_username() for user in administrators)
            self.stdout.write(f"{desk} Administrator: {names}.")
            self.stdout.write(
                f"Password lost? .venv/bin/python manage.py changepassword {administrators[0].get_username()}"
            )
            return
        password = secrets.token_urlsafe(15)
        with transaction.atomic():
            user, _ = User.objects.get_or_create(username=username)
            user.is_staff = user.is_superuser = user.is_active = True
            user.set_password(password)
            user.save()
            user.groups.add(*Group.objects.filter(name="administrator"))
        self.stdout.write(f"{desk} This is printed once:")
        self.stdout.write(f"  user      {username}")
        self.stdout.write(f"  password  {password}")
        self.stdout.write("Another administrator: .venv/bin/python manage.py createsuperuser")
