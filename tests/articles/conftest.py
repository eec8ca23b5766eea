"""What tests of articles share: the layer over a counted application, and an editor at the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.articles.layer import Site
from tests.factories import make_author, make_editor


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def ada(client: Client) -> User:
    """Ada, who is signed in."""
    user = make_editor()
    make_author("Ada King", user=user)
    client.force_login(user)
    return user
