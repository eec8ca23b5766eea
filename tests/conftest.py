"""What every test may lean on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(django_settings.VAR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _quick_and_separate(settings, tmp_path: Path) -> None:
    """Cheap password hashes, a media folder of the test's own, and no counter left from the test before."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
