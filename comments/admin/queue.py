"""The moderation queue and the page of one comment: what is shown, and which model method a press calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin import paging
from comments.admin.evidence import LIKELY_SPAM, UNSURE, items_of
from comments.admin.folders import Folder, InSection, OnArticle, WhyItWaits, WithLinks, order_of
from comments.markup import MAX_BYTES, render, shows, tidy
from comments.models import AlreadyDecided, Comment, Decision, Tally

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Comment]
else:
    Base = admin.ModelAdmin

BULK_LIMIT = 500  # comments decided by one press; a longer request would be cut by the server
MENUS = (Folder, WhyItWaits, InSection, WithLinks, OnArticle)
NOTE_LENGTH = 300  # characters of a note to the writer, as its column

# What a press says it did: of one comment, of several.
SAID = {
    "approve": ("approved: readers see it now", "approved: readers see them now"),
    "spam": ("moved to spam", "moved to spam"),
    "reject": ("rejected", "rejected"),
    "restore": ("put back into the queue", "put back into the queue"),
}


def _is_id(text: str) -> bool:
    """Whether a posted text can be the id of a row; the database takes 64 bits and no more."""
    return text.isdecimal() and len(text) < 19


def act_on(
    comment: Comment, word: str, *, by: User, seen: str, channel: str, reason: str, note: str
) -> Decision | None:
    """Call the model method behind a button; None when the comment is there already.

    Raises AlreadyDecided, ValueError for a rejection without a reason, KeyError for an unknown word.
    """
    acts: dict[str, Callable[[], Decision | None]] = {
        "approve": lambda: comment.approve(by=by, channel=channel, seen=seen),
        "spam": lambda: comment.mark_spam(by=by, channel=channel, seen=seen),
        "restore": lambda: comment.restore(by=by, channel=channel, seen=seen),
        "reject": lambda: comment.reject(by=by, reason=reason, note=note, channel=channel, seen=seen),
    }
    return acts[word]()


@admin.action(description="Approve", permissions=["moderate"])
def approve(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return desk.act_in_bulk(request, queryset, "approve")


@admin.action(description="Mark as spam", permissions=["moderate"])
def spam(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return desk.act_in_bulk(request, queryset, "spam")


@admin.action(description="Reject", permissions=["moderate"])
def reject(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return desk.act_in_bulk(request, queryset, "reject")


@admin.action(description="Put back into the queue", permissions=["moderate"])
def restore(desk: CommentAdmin, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
    return desk.act_in_bulk(request, queryset, "restore")


@admin.register(Comment)
class CommentAdmin(Base):
    """The queue. A reader's words are read-only here, and nothing is ever deleted."""

    change_list_template = "admin/comments/comment/queue.html"
    list_filter = list(MENUS)
    search_fields = ["text", "name", "article__headline"]  # never the address
    list_per_page = 20
    list_max_show_all = 0
    show_full_result_count = False
    list_select_related = ["article", "article__section", "parent", "writer"]
    actions = [approve, spam, reject, restore]

    # Who may come in: moderating is one permission, whatever the stock ones say.

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_moderate_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return self.has_moderate_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return self.has_moderate_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nothing but the menus narrows a folder: an address bar would ask for networks, too."""
        return lookup in {menu.parameter_name for menu in MENUS}

    # What is asked of the database.

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Without the bodies of the articles, and without what must not reach a template: the address."""
        unread = ("article__body", "article__body_text", "writer__address", "writer__key", "user_agent")
        return super().get_queryset(request).select_related(*self.list_select_related).defer(*unread)

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        return [*order_of(request.GET.get(Folder.parameter_name, ""))]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Comment], search_term: str
    ) -> tuple[QuerySet[Comment], bool]:
        matching, _ = super().get_search_results(request, queryset, search_term)
        return (paging.found_in(queryset, matching) if search_term else queryset), False

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: Any,
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> paging.DeskPaginator:
        """A folder that nothing narrows has its size in the tally; anything else is counted so far and no further."""
        narrowed = any(request.GET.get(name) for name in ("q", "rule", "section", "links", "article"))
        counts = Tally.counts()
        folder = request.GET.get(Folder.parameter_name, "pending")
        known = None if narrowed else counts.get(folder, counts["pending"])
        return paging.DeskPaginator(
            queryset, per_page, rows=self.get_queryset(request), known=known, upto=paging.COUNTED
        )

    # The list.

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            if answer := self._answer(request, back=request.get_full_path()):
                return answer
            data = request.POST.copy()
            ticked = [pk for pk in data.getlist(ACTION_CHECKBOX_NAME) if _is_id(pk)]
            if not ticked and data.get("select_across") == "1":
                # "All in this folder" is a choice even where no single box is ticked; the stock view asks for one.
                ticked = ["0"]
            data.setlist(ACTION_CHECKBOX_NAME, ticked)
            request.POST = data  # type: ignore[assignment]
        if "view" in request.GET:
            # The change list would take this parameter for a field, so it is taken out first.
            request.session["queue_rows"] = request.GET["view"] == "rows"
            query = request.GET.copy()
            del query["view"]
            request.GET = query  # type: ignore[assignment]
        rest = request.GET.urlencode()
        response = super().changelist_view(
            request,
            {
                "title": "Comments",
                "reasons": Comment.Reason.choices,
                "rows": request.session.get("queue_rows", False),
                "toast": request.session.pop("toast", None),
                "switch": [(word, f"?{rest}&view={word}" if rest else f"?view={word}") for word in ("cards", "rows")],
                "levels": {"unsure": UNSURE, "likely": LIKELY_SPAM},
                **(extra_context or {}),
            },
        )
        if isinstance(response, TemplateResponse) and (context := response.context_data) and "cl" in context:
            cl = context["cl"]
            folder, *menus = cl.filter_specs
            context["folder"] = folder.value()
            context["folders"] = list(folder.choices(cl))
            context["menus"] = [(menu.title, list(menu.choices(cl))) for menu in menus]
            context["items"] = items_of(list(cl.result_list))
            context["counted_up_to"] = (
                paging.COUNTED if cl.result_count == paging.COUNTED and cl.paginator.known is None else None
            )
            context["looked_through"] = paging.SEARCHED if folder.is_cut else None
            context["ends_at"] = paging.DEEPEST if cl.paginator.ends_early else None
        return response

    # One comment.

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        comment = self.get_object(request, unquote(object_id))
        if comment is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        waiting = Comment.objects.pending()
        here = Q(created_at=comment.created_at)
        before = waiting.filter(Q(created_at__lt=comment.created_at) | here & Q(pk__lt=comment.pk))
        after = waiting.filter(Q(created_at__gt=comment.created_at) | here & Q(pk__gt=comment.pk))
        previous_pk = before.reverse().values_list("pk", flat=True).first()
        next_pk = after.values_list("pk", flat=True).first()
        if request.method == "POST":
            # An act leads to the next one that waits; where none does, to the queue.
            onward = self._page_of(next_pk or previous_pk) if comment.status == "pending" else request.get_full_path()
            if answer := self._answer(request, back=onward, here=request.get_full_path()):
                return answer
        [item] = items_of([comment])
        same_writer = Comment.objects.none()
        if comment.writer_id:
            same_writer = Comment.objects.filter(writer=comment.writer_id).exclude(pk=comment.pk)
        return TemplateResponse(
            request,
            "admin/comments/comment/detail.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"Comment by {comment.name}",
                "item": item,
                "comment": comment,
                "reasons": Comment.Reason.choices,
                "levels": {"unsure": UNSURE, "likely": LIKELY_SPAM},
                "place": before[: paging.COUNTED].count() + 1 if comment.status == "pending" else None,
                "waiting": Tally.counts()["pending"],
                "previous_pk": previous_pk,
                "next_pk": next_pk,
                "others": same_writer.order_by("-created_at", "-pk")[:4],
                "around": self._seen_by_readers(comment),
                "decisions": Decision.objects.filter(comment_id=comment.pk).select_related("by").order_by("-pk"),
                "toast": request.session.pop("toast", None),
                "kept_reply": request.session.pop("kept_reply", ""),
                **(extra_context or {}),
            },
        )

    def _seen_by_readers(self, comment: Comment) -> QuerySet[Comment]:
        """What readers see right around it: the thread's latest three before it."""
        published = Comment.objects.published().on(comment.article).exclude(pk=comment.pk)
        return published.filter(created_at__lte=comment.created_at).order_by("-created_at", "-pk")[:3]

    def _page_of(self, pk: int | None) -> str:
        if pk is None:
            return reverse("admin:comments_comment_changelist")
        return reverse("admin:comments_comment_change", args=[pk])

    # Presses.

    def _answer(self, request: HttpRequest, *, back: str, here: str = "") -> HttpResponse | None:
        """Do what a press on one comment or on "Undo" asks for; None where the post is something else."""
        if "undo" in request.POST:
            self._undo(request, request.POST["undo"].split(","))
            return HttpResponseRedirect(here or back)
        if "decide" not in request.POST:
            return None
        word, _, pk = request.POST["decide"].partition(":")
        comment = self.get_object(request, pk)
        if comment is None or word not in (*SAID, "answer"):
            messages.error(request, "That comment is not here any more. Nothing changed.")
            return HttpResponseRedirect(back)
        try:
            if word == "answer":
                self._approve_and_answer(request, comment)
            else:
                self._decide(request, comment, word)
        except (AlreadyDecided, ValueError) as refusal:
            messages.warning(request, str(refusal))
            if word == "answer":
                request.session["kept_reply"] = request.POST.get("reply", "")
            return HttpResponseRedirect(here or f"{back}#c{comment.pk}")
        following = request.POST.get("next", "")
        return HttpResponseRedirect(f"{back}#c{following}" if following.isdecimal() and not here else back)

    def _decide(self, request: HttpRequest, comment: Comment, word: str) -> None:
        reason = request.POST.get("reason", "")
        decision = act_on(
            comment,
            word,
            by=cast("User", request.user),
            seen=request.POST.get("seen", ""),
            channel="queue",
            reason=reason,
            note=request.POST.get("note", "").replace("\x00", "").strip()[:NOTE_LENGTH],
        )
        self._say(request, word, [decision] if decision else [], name=comment.name, reason=reason)

    def _approve_and_answer(self, request: HttpRequest, comment: Comment) -> None:
        """Approve and print the newsroom's reply below it; both or neither."""
        text = tidy(request.POST.get("reply", "")).strip()
        if not shows(render(text)):
            raise ValueError("Write the reply first. Nothing changed.")
        if len(text.encode()) > MAX_BYTES:
            raise ValueError(f"A reply may have {MAX_BYTES:,} bytes. Nothing changed.")
        waited = comment.status == Comment.Status.PENDING
        reply = comment.answer(by=cast("User", request.user), text=text)
        acted_on = [comment.pk, reply.pk] if waited else [reply.pk]
        last = {row.comment_id: row for row in Decision.objects.filter(comment_id__in=acted_on).order_by("pk")}
        request.session["toast"] = {
            "text": f"Your reply to {comment.name} is there: readers see {'both' if waited else 'it'} now",
            "undo": ",".join(str(row.pk) for row in last.values()),
        }

    def act_in_bulk(self, request: HttpRequest, queryset: QuerySet[Comment], word: str) -> HttpResponse | None:
        """Do one act on the ticked comments, or on the whole folder once a page has asked again."""
        reason = request.POST.get("bulk_reason", "")
        if word == "reject" and reason not in Comment.Reason.values:
            messages.warning(request, "Choose a reason for rejecting: the writers are told why. Nothing changed.")
            return None
        across = request.POST.get("select_across") == "1"
        folder = request.GET.get(Folder.parameter_name, "pending")
        if across and "confirmed" not in request.POST:
            return self._ask_once_more(request, queryset, word, reason)
        if across:
            ticked: Iterable[Comment] = queryset[:BULK_LIMIT]
        else:
            # Not the folder's queryset: what a colleague has moved meanwhile is to be named, not skipped in silence.
            pks = request.POST.getlist(ACTION_CHECKBOX_NAME)[:BULK_LIMIT]
            ticked = self.get_queryset(request).filter(pk__in=pks)
        done, refused = [], []
        for comment in ticked:
            try:
                decision = act_on(
                    comment,
                    word,
                    by=cast("User", request.user),
                    seen=folder,
                    channel="bulk",
                    reason=reason,
                    note="",
                )
            except AlreadyDecided as refusal:
                refused.append(f"{comment.name}: {refusal}")
            else:
                done += [decision] if decision else []
        self._say(request, word, done, reason=reason)
        for sentence in refused[:5]:
            messages.warning(request, sentence)
        if len(refused) > 5:
            messages.warning(request, f"{len(refused) - 5} more had been decided by others. They did not change.")
        if across and len(done) + len(refused) == BULK_LIMIT:
            messages.info(request, f"One press decides {BULK_LIMIT} comments. Press again for the rest.")
        return None

    def _ask_once_more(
        self, request: HttpRequest, queryset: QuerySet[Comment], word: str, reason: str
    ) -> TemplateResponse:
        count = self.get_paginator(request, queryset, self.list_per_page).count
        return TemplateResponse(
            request,
            "admin/comments/comment/confirm.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"{word.capitalize()} all {count}?",
                "count": count,
                "limit": BULK_LIMIT,
                "word": word,
                "reason": reason,
                "reason_in_words": dict(Comment.Reason.choices).get(reason, ""),
                "folder": request.GET.get(Folder.parameter_name, "pending"),
                "narrowed": bool(request.GET.get("q")),
            },
        )

    def _undo(self, request: HttpRequest, pks: list[str]) -> None:
        """Take one's own last decisions back, and say of each that somebody else has moved on since."""
        user = cast("User", request.user)
        undone = 0
        for decision in Decision.objects.filter(pk__in=[pk for pk in pks if _is_id(pk)], by=user).order_by("-pk"):
            comment = Comment.objects.select_related("article").filter(pk=decision.comment_id).first()
            if comment is None:
                continue
            try:
                undone += comment.undo(decision, by=user) is not None
            except AlreadyDecided as refusal:
                messages.warning(request, f"{comment.name}: {refusal}")
        if undone:
            plural = "" if undone == 1 else "s"
            request.session["toast"] = {"text": f"Undone: {undone} comment{plural} back where it was.", "undo": ""}

    def _say(
        self,
        request: HttpRequest,
        word: str,
        decisions: list[Decision],
        *,
        name: str = "",
        reason: str = "",
    ) -> None:
        """Keep the sentence that the next page shows, with the decisions that its button undoes."""
        if not decisions:
            if name:
                messages.info(request, "It was there already. Nothing changed.")
            return
        one, several = SAID[word]
        text = f"Comment by {name} {one}" if name else f"{len(decisions)} comments {several}"
        if not name and len(decisions) == 1:
            text = f"1 comment {one}"
        if word == "reject":
            text += f" ({dict(Comment.Reason.choices)[reason].lower()})"
        request.session["toast"] = {"text": text, "undo": ",".join(str(decision.pk) for decision in decisions)}
