"""Every column that may hold something of a reader's is in the registry; exports and the privacy page follow."""

from __future__ import annotations

import json
import re

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from comments import privacy
from comments.models import Appeal, Follow, Measure, Policy, Writer
from tests.comments.posting import text
from tests.factories import make_comment, make_moderator

TELLING = re.compile(
    r"(name|mail|address|phone|network|agent|host|birth|street|city)$|^(ip|user|person)", re.IGNORECASE
)


def may_be_personal(field: models.Field) -> bool:
    """Whether a column can hold words, an address or a network of somebody's."""
    if isinstance(field, models.ForeignKey):
        return False
    if isinstance(field, models.TextField | models.JSONField | models.GenericIPAddressField | models.BinaryField):
        return True
    if isinstance(field, models.CharField):
        return not field.choices
    return bool(TELLING.search(field.name))


def undeclared() -> set[str]:
    """Return the columns that somebody added without saying whether they hold personal data."""
    declared = {record.label: {column.name for column in record.columns} | record.free for record in privacy.REGISTRY}
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label not in privacy.ELSEWHERE and model._meta.label not in privacy.FREE
        for field in model._meta.concrete_fields
        if may_be_personal(field) and field.name not in declared.get(model._meta.label, set())
    }


def test_every_column_that_may_be_personal_is_declared() -> None:
    missing = undeclared()
    assert missing == set(), f"declare in comments/privacy.py, with what becomes of it: {sorted(missing)}"


def test_a_new_column_for_an_address_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tuple(record for record in privacy.REGISTRY if record.label != "comments.Writer")
    monkeypatch.setattr(privacy, "REGISTRY", kept)
    assert "comments.Writer.address" in undeclared()


def test_whoever_points_at_a_writer_says_whose_rows_those_are() -> None:
    records = {record.model: record for record in privacy.REGISTRY}
    for relation in Writer._meta.related_objects:
        record = records.get(relation.related_model)
        assert record is not None, f"{relation.related_model._meta.label} is not in the registry"
        assert record.of_writer is not None


def test_the_registry_names_nothing_that_is_not_there() -> None:
    for record in privacy.REGISTRY:
        names = {field.name for field in record.model._meta.concrete_fields} | {"pk"}
        names |= {field.attname for field in record.model._meta.concrete_fields}
        assert {column.name for column in record.columns} | set(record.beside + record.owners) | record.free <= names
    labels = {model._meta.label for model in apps.get_models()}
    assert set(privacy.FREE) <= labels
    assert set(privacy.ELSEWHERE) <= {model._meta.app_label for model in apps.get_models()}


@pytest.mark.django_db
def test_an_export_has_everything_and_the_address_only_where_it_was_asked_for() -> None:
    comment = make_comment(text="My words.", status="pending", network="203.0.113.0/24")
    max_ = make_moderator()
    comment.amend(by=max_, text="My shorter words.", reason="Too long.")
    comment.reject(by=max_, reason="insult", note="Mind your words.")
    Appeal.lodge(comment, "Read it again.")
    Measure.impose(comment.writer, "warn", by=max_, reason="Last warning.")
    make_comment(text="Somebody else's.", email="other@reader.example")
    plain = json.dumps(privacy.export(comment.writer, private=False))
    for words in ("My words.", "My shorter words.", "Mind your words.", "Read it again.", "Last warning.", "insult"):
        assert words in plain
    for secret in ("rita@reader", "203.0.113"):
        assert secret not in plain
        assert secret in json.dumps(privacy.export(comment.writer, private=True))
    assert "Somebody else's." not in plain
    assert "Max" not in plain, "which moderator it was is nobody's business"
    one = json.dumps(privacy.export_comment(comment))
    assert "My words." in one
    assert "rita@reader" not in one
    assert "203.0.113" not in one


@pytest.mark.django_db
def test_a_receipt_does_not_tell_what_the_owner_of_the_address_did() -> None:
    """Whoever typed an address has the receipt; whoever owns it stops the mail."""
    comment = make_comment()
    Follow.ask(comment)
    Follow.objects.get().mute()
    assert "muted_at" not in json.dumps(privacy.export_comment(comment))
    assert "muted_at" in json.dumps(privacy.export(comment.writer, private=False))


@pytest.mark.django_db
def test_the_privacy_page_is_written_from_the_rules_in_force(client: Client, settings) -> None:
    settings.CONTACT_EMAIL = "desk@news.example"
    page = text(client.get("/privacy/"))
    assert "30 days" in page
    assert "No picture stands beside your name" in page
    assert "not public" in page
    assert "mailto:desk@news.example" in page
    for record in privacy.REGISTRY:
        for column in record.columns:
            assert column.what in page
    policy = Policy.current()
    policy.keep_network_days, policy.avatars, policy.public_log = 11, True, True
    policy.save()
    page = text(client.get("/privacy/"))
    assert "11 days" in page
    assert "drawn here" in page
    assert "public log" in page


@pytest.mark.django_db
def test_the_privacy_page_is_linked_from_every_page_and_from_the_form(client: Client) -> None:
    comment = make_comment()
    assert client.get("/").content.count(b'href="/privacy/"') == 1
    assert client.get(comment.article.get_absolute_url()).content.count(b'href="/privacy/"') == 2
