"""Max, who moderates, and an article that is commented on."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Article
from tests.factories import make_administrator, make_article, make_moderator


@pytest.fixture
def max_(client: Client) -> User:
    """Max, who is signed in."""
    user = make_moderator()
    client.force_login(user)
    return user


@pytest.fixture
def article() -> Article:
    return make_article(slug="updater-flaw")


@pytest.fixture
def desk() -> Client:
    """The desk as an administrator has it."""
    client = Client()
    client.force_login(make_administrator())
    return client
