"""The sample site is the same each time, true to its files, and never lands among articles of somebody else."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from articles.models import Article, Author, Section
from comments.models import (
    Appeal,
    Comment,
    Decision,
    Measure,
    Notice,
    Policy,
    StaffNote,
    Tally,
    Thread,
    Writer,
)
from newsblog.management.commands.load_sample_site import SAMPLE
from tests.factories import make_article


@pytest.fixture(scope="module")
def _sample(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The loaded site, once for all tests that only look at it; gone after the last."""
    before = django_settings.MEDIA_ROOT
    with django_db_blocker.unblock(), transaction.atomic():
        django_settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
        call_command("load_sample_site", verbosity=0)
        yield
        transaction.set_rollback(True)
    django_settings.MEDIA_ROOT = before


@pytest.fixture(scope="module")
def files() -> list[dict[str, Any]]:
    return [tomllib.loads(path.read_text("utf-8")) for path in sorted((SAMPLE / "articles").glob("*.toml"))]


def quickly(*words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Load the sample without working on its pictures; return what was said."""
    out = StringIO()
    monkeypatch.setattr("articles.images._webp", lambda picture: b"RIFF" + repr(picture.size).encode())
    monkeypatch.setattr("articles.images.make_copies", lambda name, storage: None)
    call_command("load_sample_site", *words, stdout=out)
    return out.getvalue()


# What is there afterwards.


@pytest.mark.usefixtures("_sample")
def test_every_file_is_an_article_in_its_state(files: list[dict[str, Any]]) -> None:
    wanted = Counter("published" if row["state"] == "scheduled" else row["state"] for row in files)
    assert Counter(Article.objects.values_list("state", flat=True)) == wanted
    assert len(files) >= 24


@pytest.mark.usefixtures("_sample")
def test_a_scheduled_article_is_still_to_come(files: list[dict[str, Any]]) -> None:
    slugs = {row["slug"] for row in files if row["state"] == "scheduled"}
    assert slugs
    assert set(Article.objects.scheduled().values_list("slug", flat=True)) == slugs
    assert not Article.objects.published().filter(slug__in=slugs).exists()


@pytest.mark.usefixtures("_sample")
def test_every_section_has_something_to_read() -> None:
    published = Article.objects.published()
    assert {section.name for section in Section.objects.all() if not published.in_section(section).exists()} == set()
    assert Author.objects.count() >= 4


@pytest.mark.usefixtures("_sample")
def test_every_published_article_names_its_source_and_describes_its_picture() -> None:
    for article in Article.objects.published():
        assert article.source_line, article.slug
        assert article.source_url.startswith("https://"), article.slug
        assert article.bylines.exists(), article.slug
        if article.hero:
            assert article.hero_width, article.slug
            assert len(article.hero_alt) > 20, article.slug
    assert Article.objects.published().exclude(hero="").count() >= 24


@pytest.mark.usefixtures("_sample")
def test_the_partnership_is_told_with_its_facts() -> None:
    article = Article.objects.published().get(slug="microsoft-and-openai-extend-partnership")
    assert article.source_line == "Official Microsoft Blog, Microsoft and OpenAI extend partnership"
    for fact in ("third phase", "one billion dollars", "2019", "exclusive", "Azure OpenAI Service", "supercomputing"):
        assert fact in article.body_text


@pytest.mark.usefixtures("_sample")
def test_nothing_that_an_editor_wrote_was_lost_to_the_sanitiser(files: list[dict[str, Any]]) -> None:
    for row in files:
        body = Article.objects.get(slug=row["slug"]).body
        for tag in ("h2", "blockquote", "table", "pre", "li"):
            assert body.count(f"<{tag}") == row["body"].count(f"<{tag}"), f"{row['slug']}: {tag}"


@pytest.mark.usefixtures("_sample")
def test_one_article_leads_the_front_page() -> None:
    assert Article.objects.published().filter(pinned_until__gt=timezone.now()).count() == 1


@pytest.mark.usefixtures("_sample")
def test_the_conversation_has_every_kind_of_comment() -> None:
    standing = Counter(Comment.objects.values_list("status", flat=True))
    assert set(standing) == set(Comment.Status.values)
    assert Comment.objects.filter(depth__gte=2).exists()
    assert Comment.objects.filter(status="pending", because="").count() == 0  # the queue says why each waits
    assert Comment.objects.filter(staff__isnull=False).exists()


@pytest.mark.usefixtures("_sample")
def test_kept_counts_are_the_true_ones() -> None:
    standing = Counter(Comment.objects.values_list("status", flat=True))
    standing["reported"] = Comment.objects.filter(reported_at__isnull=False).count()
    assert {status: count for status, count in Tally.counts().items() if count} == dict(standing)
    for thread in Thread.objects.all():
        on_article = Comment.objects.filter(article=thread.article)
        assert thread.approved_count == on_article.filter(status="approved").count()
        assert thread.pending_count == on_article.filter(status="pending").count()


@pytest.mark.usefixtures("_sample")
def test_the_log_of_decisions_is_whole() -> None:
    previous = ""
    for decision in Decision.objects.all():
        assert decision.previous == previous
        assert decision.digest == decision.computed_digest()
        assert decision.channel == "sample" or decision.act != "decide"
        previous = decision.digest
    assert Decision.objects.filter(act="decide").count() == Comment.objects.exclude(status="pending").count()


@pytest.mark.usefixtures("_sample")
def test_a_newcomer_finds_a_desk_at_work() -> None:
    assert Policy.current().guidelines
    assert Comment.objects.filter(status="approved", featured=True).exists()
    assert Comment.objects.filter(status="approved", edited_at__isnull=False).exists()
    assert Comment.objects.filter(status="approved", moderated_at__isnull=False).exists()
    assert Comment.objects.filter(status="approved", reported_at__isnull=False).count() == 2
    assert Notice.objects.open().count() == 1
    assert Appeal.objects.filter(comment__status="rejected").count() == 1
    assert Measure.objects.in_force(timezone.now()).count() == StaffNote.objects.count() == 1
    assert Thread.objects.get(mode="closed").closed_reason
    assert not Comment.objects.filter(status="rejected", reason="").exists()
    assert Comment.objects.filter(status="spam", score__gt=0).exists()  # by the scorer itself


@pytest.mark.usefixtures("_sample")
def test_nobody_wrote_before_the_article_or_after_now() -> None:
    for comment in Comment.objects.select_related("article"):
        assert comment.article.publish_at is not None
        assert comment.article.publish_at <= comment.created_at <= timezone.now()


@pytest.mark.usefixtures("_sample")
def test_every_address_is_one_that_nobody_has() -> None:
    hosts = {writer.address.rpartition("@")[2].rpartition(".")[2] for writer in Writer.objects.all()}
    assert hosts <= {"example", "invalid", "test"}


@pytest.mark.usefixtures("_sample")
def test_the_staff_cannot_sign_in() -> None:
    staff = User.objects.filter(is_staff=True)
    roles = {user.username: [group.name for group in user.groups.all()] for user in staff}
    assert (roles["ada"], roles["jonas"], roles["max"]) == (["editor"], ["author"], ["moderator"])
    assert not any(user.has_usable_password() or user.is_superuser for user in staff)
    assert Author.objects.get(user__username="ada").name == "Ada King"


# How it is loaded.


@pytest.mark.django_db
def test_a_second_run_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch=monkeypatch)
    before = list(Article.objects.order_by("pk").values()), list(Comment.objects.order_by("pk").values())
    assert quickly(monkeypatch=monkeypatch) == "0 articles and 0 comments loaded.\n"
    assert (list(Article.objects.order_by("pk").values()), list(Comment.objects.order_by("pk").values())) == before
    assert Decision.objects.filter(act="decide").count() == Comment.objects.exclude(status="pending").count()


@pytest.mark.django_db
def test_it_stays_out_of_a_site_that_has_articles_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    make_article(slug="ours")
    with pytest.raises(CommandError, match="This site has articles of its own"):
        quickly(monkeypatch=monkeypatch)
    assert Article.objects.count() == 1
    quickly("--force", monkeypatch=monkeypatch)
    assert Article.objects.count() > 20


@pytest.mark.django_db
def test_staff_get_passwords_when_asked_and_they_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    said = quickly("--staff-passwords", monkeypatch=monkeypatch).splitlines()
    passwords = dict(line.split() for line in said[1:])
    assert set(passwords) == set(User.objects.values_list("username", flat=True))
    assert User.objects.get(username="max").check_password(passwords["max"])


# The first administrator.


@pytest.mark.django_db
def test_the_first_administrators_password_is_printed_once() -> None:
    first, second = StringIO(), StringIO()
    call_command("first_administrator", stdout=first)
    password = first.getvalue().split("password")[1].split()[0]
    admin = User.objects.get(is_superuser=True)
    assert admin.check_password(password)
    assert len(password) >= 20
    call_command("first_administrator", stdout=second)
    assert password not in second.getvalue()
    assert "Administrator: admin." in second.getvalue()
    assert User.objects.get(is_superuser=True).password == admin.password


@pytest.mark.django_db
def test_two_administrators_have_different_passwords() -> None:
    seen = set()
    for _ in range(2):
        out = StringIO()
        call_command("first_administrator", stdout=out)
        seen.add(out.getvalue())
        User.objects.all().delete()
    assert len(seen) == 2
