"""Sections, tags, authors and publishers: what an article stands under. Nothing is deleted in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin

from articles.models import Author, Publisher, Section, Tag

if TYPE_CHECKING:
    SectionBase = admin.ModelAdmin[Section]
    TagBase = admin.ModelAdmin[Tag]
    AuthorBase = admin.ModelAdmin[Author]
    PublisherBase = admin.ModelAdmin[Publisher]
else:
    SectionBase = TagBase = AuthorBase = PublisherBase = admin.ModelAdmin


class PublisherForm(forms.ModelForm):  # type: ignore[type-arg]
    """A publisher; an address without a scheme is one of HTTPS."""

    url = forms.URLField(label="Web address", required=False, assume_scheme="https")

    class Meta:
        model = Publisher
        fields = ["name", "slug", "url"]


@admin.register(Section)
class SectionAdmin(SectionBase):
    """The parts of the paper, in the order of the navigation."""

    list_display = ["name", "slug", "colour", "position"]
    fields = ["name", "slug", "description", "colour", "position"]
    prepopulated_fields = {"slug": ["name"]}
    actions = None


@admin.register(Tag)
class TagAdmin(TagBase):
    """Subjects."""

    list_display = ["name", "slug", "description"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    show_full_result_count = False
    actions = None


@admin.register(Author)
class AuthorAdmin(AuthorBase):
    """Names that stand in bylines, with or without a login."""

    list_display = ["name", "role", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "role"]
    prepopulated_fields = {"slug": ["name"]}
    actions = None


@admin.register(Publisher)
class PublisherAdmin(PublisherBase):
    """Who published the stories that ours are based on."""

    form = PublisherForm
    list_display = ["name", "url"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    show_full_result_count = False
    actions = None
