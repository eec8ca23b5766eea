"""Prepares a site in a process of its own: ``python -m benchmarks.seed ARTICLES COMMENTS`` prints where its pages lie.

The environment names the database and the folder, as for the site itself.
"""

from __future__ import annotations

import dataclasses
import json
import sys

import django


def main(articles: int, comments: int) -> None:
    """Migrate the database, fill it, make an administrator with a session, and print it all as JSON."""
    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.generate import generate

    call_command("migrate", verbosity=0)
    made = generate(articles, comments)
    grace = User.objects.create_superuser("grace", password=None)
    client = Client()
    client.force_login(grace)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    print(json.dumps(dataclasses.asdict(made) | {"cookie": f"{session.key}={session.value}"}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
