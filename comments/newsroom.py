"""The names under which the newsroom speaks: the site's own, bylines, its staff."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User

from articles.kept import kept
from articles.models import Author
from comments.words import WordList

KEY = "newsroom-names"  # never expired: a new name may be half a minute late


def names() -> WordList:
    """Return the names, to be looked for in what a reader goes by; no query where the process keeps them.

    Of one word only the site's is among them: many people share a first name.
    """
    return kept(KEY, _load)


def _load() -> WordList:
    staff = User.objects.filter(is_staff=True, is_active=True).only("first_name", "last_name")
    people = {*Author.objects.values_list("name", flat=True), *(person.get_full_name() for person in staff)}
    return WordList([*sorted(name for name in people if len(name.split()) > 1), settings.SITE_NAME])
