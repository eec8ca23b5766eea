"""The newsroom's rules at the desk: one page of numbers, the lists of words, blocks, and restrictions."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from comments.admin.moments import Zoned
from comments.admin.trial import replay_page, trial_page
from comments.admin.versioned import Versioned
from comments.hostnames import as_asked_for, in_letters
from comments.models import Block, BlockedWord, Policy, Restriction

if TYPE_CHECKING:
    WordBase = admin.ModelAdmin[BlockedWord]
    BlockBase = admin.ModelAdmin[Block]
    RestrictionBase = admin.ModelAdmin[Restriction]
    PolicyBase = admin.ModelAdmin[Policy]
else:
    WordBase = BlockBase = RestrictionBase = PolicyBase = admin.ModelAdmin

LIST_BYTES = 6_000_000  # of an uploaded list: the longest public ones have a fifth of that
SERVERS_OWN = {"hold_links", "flood_limit", "flood_window", "close_after_days"}  # from the environment where empty
NAMED = 5  # lines of a list that are named as none


class Logged:
    """An admin whose rows come, change and go by their own acts, which stand in the log with whoever did it."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.keep(by=cast("User", request.user))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.drop(by=cast("User", request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one, so that every process and stored page learns of it."""
        for row in queryset:
            row.drop(by=cast("User", request.user))


@admin.register(BlockedWord)
class BlockedWordAdmin(Logged, WordBase):
    """Words and phrases that hold a comment, reject it, or send it to the spam folder."""

    form = Versioned
    list_display = ["phrase", "effect", "reason"]
    list_filter = ["effect"]
    search_fields = ["phrase"]
    fields = ["seen", "phrase", "effect", "reason"]
    actions = None


class ListForm(forms.Form):
    """A whole list, pasted or uploaded, one value a line."""

    kind = forms.ChoiceField(choices=Block.Kind)
    effect = forms.ChoiceField(choices=Block.Effect, initial=Block.Effect.HOLD)
    note = forms.CharField(label="Why they are blocked", max_length=100, required=False)
    lines = forms.CharField(
        label="One a line",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Empty lines and those that begin with # are passed over; what is blocked already stays as it is.",
    )
    file = forms.FileField(label="Or a file", required=False, help_text="Plain text, one a line.")

    def values(self) -> list[str]:
        """Return the lines of both; raises ValueError for a file that is no text."""
        lines: list[str] = self.cleaned_data["lines"].splitlines()
        if file := self.cleaned_data["file"]:
            if file.size > LIST_BYTES:
                raise ValueError(f"The file has more than {LIST_BYTES // 1_000_000} MB. Divide it.")
            try:
                lines += file.read().decode("utf-8-sig").splitlines()
            except UnicodeDecodeError:
                raise ValueError("The file is no text in UTF-8.") from None
        return lines


@admin.register(Block)
class BlockAdmin(Logged, Zoned, BlockBase):
    """Mail domains, networks and domains of links."""

    form = Versioned
    change_list_template = "admin/comments/rules/blocks.html"
    list_display = ["shown", "kind", "effect", "note", "until", "hits", "last_hit_at"]
    list_filter = ["kind", "effect"]
    search_fields = ["value", "note"]
    show_full_result_count = False
    fields = ["seen", "kind", "value", "effect", "reject_reason", "note", "until"]

    @admin.display(description="Value", ordering="value")
    def shown(self, block: Block) -> str:
        letters = in_letters(block.value)
        return block.value if letters == block.value else f"{letters} ({block.value})"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Block], search_term: str
    ) -> tuple[QuerySet[Block], bool]:
        """A domain is found by its letters too, although it is kept as browsers ask for it."""
        words = search_term.split()
        if len(words) == 1 and not words[0].isascii():
            with suppress(ValueError):
                search_term = as_asked_for(words[0])
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        add_list = self.admin_site.admin_view(self.add_list)
        return [path("list/", add_list, name="comments_block_list"), *super().get_urls()]

    def add_list(self, request: HttpRequest) -> HttpResponse:
        """Add many at once: a public list of disposable mail domains, say."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ListForm(request.POST or None, request.FILES or None, label_suffix="")
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                added, unread = Block.add_many(
                    data["kind"],
                    form.values(),
                    effect=data["effect"],
                    note=data["note"],
                    by=cast("User", request.user),
                )
            except ValueError as problem:
                form.add_error("lines", str(problem))
            else:
                messages.success(request, f"{added:,} added.")
                if unread:
                    named = ", ".join(unread[:NAMED])
                    lines = "line was" if len(unread) == 1 else "lines were"
                    messages.warning(
                        request,
                        f"{len(unread):,} {lines} passed over, such as: {named}.",
                    )
                return HttpResponseRedirect(reverse("admin:comments_block_changelist"))
        about = {**self.admin_site.each_context(request), "title": "Block a whole list", "form": form}
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/comments/rules/list.html", about, status=status)


@admin.action(description="End now", permissions=["change"])
def end_now(desk: RestrictionAdmin, request: HttpRequest, queryset: QuerySet[Restriction]) -> None:
    ended = sum(restriction.end(by=cast("User", request.user)) for restriction in queryset)
    messages.success(request, f"{ended} ended. Readers see it at once.")


@admin.register(Restriction)
class RestrictionAdmin(Logged, Zoned, RestrictionBase):
    """Closed, staff only or slow: for a section, or for the whole site."""

    form = Versioned
    list_display = ["__str__", "reason", "since", "until", "by"]
    list_filter = ["mode", "section"]
    list_select_related = ["section", "by"]
    fields = ["seen", "section", "mode", "reason", "since", "until", "slow_seconds"]
    actions = [end_now]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        section: Any = form.base_fields["section"].widget
        section.can_add_related = section.can_change_related = False  # a section is not made on the way
        return form


class PolicyForm(Versioned):
    """All rules; see ``Versioned``."""

    class Meta:
        model = Policy
        exclude: tuple[str, ...] = ()


@admin.register(Policy)
class PolicyAdmin(Zoned, PolicyBase):
    """All numbers on one page; beside it the test box, and the replay of the last days."""

    form = PolicyForm
    change_form_template = "admin/comments/rules/policy.html"
    actions = None
    fieldsets = [
        (
            "Taking a comment",
            {
                "fields": [
                    "seen",
                    "hold_links",
                    ("flood_limit", "flood_window"),
                    "close_after_days",
                    ("hold_score", "spam_score"),
                    ("rejected_share", "rejected_days"),
                    "reports_to_hold",
                    "notice_days",
                ],
                "description": "A number left empty is the server’s own, which stands there in grey.",
            },
        ),
        ("Regulars", {"fields": ["trust_confirmed", "trust_after"]}),
        (
            "Around the conversation",
            {"fields": ["guidelines", "announcement", "announced_until", "avatars", "public_log", "redress"]},
        ),
        (
            "How long what is kept",
            {"fields": ["keep_network_days", "keep_spam_days", "keep_rejected_days", "keep_unconfirmed_days"]},
        ),
    ]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        for name in SERVERS_OWN & set(form.base_fields):
            form.base_fields[name].widget.attrs["placeholder"] = str(getattr(settings, f"COMMENTS_{name.upper()}"))
        return form

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("try/", wrap(self.try_rules), name="comments_policy_try"),
            path("replay/", wrap(self.replay), name="comments_policy_replay"),
            *super().get_urls(),
        ]

    def try_rules(self, request: HttpRequest) -> HttpResponse:
        """The test box, for everybody who moderates."""
        if not request.user.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        return trial_page(request, self.admin_site.each_context(request))

    def replay(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("comments.change_policy"):
            raise PermissionDenied
        return replay_page(request, self.admin_site.each_context(request))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one row, so its page is the list."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[1]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Policy | None:
        """The row is there to be changed before anybody has saved it: looking writes nothing."""
        return super().get_object(request, object_id, from_field) or (Policy() if object_id == "1" else None)

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        obj.change(by=cast("User", request.user))

    def response_change(self, request: HttpRequest, obj: Policy) -> HttpResponse:
        messages.success(request, "Saved. The rules hold for the next comment.")
        return HttpResponseRedirect(request.path)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        return False
