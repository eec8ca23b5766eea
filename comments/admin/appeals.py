"""Appeals: what writers ask to be read again, and the page on which somebody else judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin import paging
from articles.templatetags.desk import zoned
from comments.admin import toast
from comments.admin.moderating import UNREAD, ByState, ForModerators
from comments.hosts import spelled_out
from comments.markup import tidy
from comments.models import AlreadyDecided, Appeal, Decision

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Appeal]
else:
    Base = admin.ModelAdmin


class StateFilter(ByState):
    """What waits, then the answers."""

    model = Appeal

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label).partition(":")[0]) for value, label in Appeal.State.choices]


@admin.register(Appeal)
class AppealAdmin(ForModerators, Base):
    """The oldest open appeal first. Nothing is written here but the judgement."""

    list_display = ["about", "article", "status", "made", "judged"]
    change_list_template = "admin/comments/_cases.html"
    list_filter = [StateFilter]
    list_per_page = 50
    show_full_result_count = False
    sortable_by = ()
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        return (
            super()
            .get_queryset(request)
            .select_related("comment__article__section", "comment__parent", "judged_by")
            .defer(*UNREAD)
        )

    def get_ordering(self, request: HttpRequest) -> list[str]:  # type: ignore[override]
        is_open = request.GET.get(StateFilter.parameter_name, "open") == Appeal.State.OPEN
        return ["made_at", "pk"] if is_open else ["-made_at", "-pk"]

    @admin.display(description="Comment")
    def about(self, appeal: Appeal) -> str:
        return f"{appeal.comment.name}: {appeal.comment.text[:80]}"

    @admin.display(description="Article")
    def article(self, appeal: Appeal) -> str:
        return appeal.comment.article.headline

    @admin.display(description="Stands as")
    def status(self, appeal: Appeal) -> str:
        reason = f", {appeal.comment.get_reason_display().lower()}" if appeal.comment.reason else ""
        return f"{appeal.comment.get_status_display()}{reason}"

    @admin.display(description="Asked", ordering="made_at")
    def made(self, appeal: Appeal) -> str:
        return str(zoned(appeal.made_at))

    @admin.display(description="Judged", empty_value="not yet")
    def judged(self, appeal: Appeal) -> str | None:
        return f"{appeal.judge_name}, {zoned(appeal.judged_at)}" if appeal.judged_at else None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One appeal: what was said, decided and asked; and the three answers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        appeal = self.get_object(request, unquote(object_id))
        if appeal is None and request.method == "POST":
            return self.gone(request, "appeal", tidy(request.POST.get("note", "")))
        if appeal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        user = cast("User", request.user)
        if request.method == "POST":
            return self._judge(request, appeal, user)
        kept, bar = request.session.pop("kept_note", ""), appeal.bars(user)
        decisions = Decision.objects.deciding_about(appeal.comment_id).select_related("by")
        return TemplateResponse(
            request,
            "admin/comments/appeal/detail.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"Appeal by {appeal.comment.name}",
                "appeal": appeal,
                "comment": appeal.comment,
                "bar": bar,
                "hosts": spelled_out(appeal.comment),
                "decisions": decisions.order_by("-pk"),
                "revisions": appeal.comment.revisions.select_related("by"),
                "notices": appeal.comment.notices.select_related("report").order_by("pk"),
                "kept_note": kept,
                "given_back": [kept] if kept and (bar or appeal.state != Appeal.State.OPEN) else [],
                **(extra_context or {}),
            },
        )

    def _judge(self, request: HttpRequest, appeal: Appeal, user: User) -> HttpResponse:
        answer, note = request.POST.get("answer", ""), tidy(request.POST.get("note", ""))
        seen = tidy(request.POST.get("seen", ""))
        try:
            if answer in ("publish", "queue"):
                appeal.grant(by=user, note=note, publish=answer == "publish", seen=seen)
            elif answer == "refuse":
                appeal.refuse(by=user, note=note, seen=seen)
            else:
                messages.warning(request, "Choose one of the three answers. Nothing changed.")
                request.session["kept_note"] = note
                return HttpResponseRedirect(request.path)
        except AlreadyDecided as refusal:
            messages.warning(request, str(refusal))
            request.session["kept_note"] = note
            return HttpResponseRedirect(request.path)
        is_public = appeal.comment.article.is_published
        said = {
            "publish": f"The appeal is granted: readers see the comment {toast.when(is_public)}.",
            "queue": "The appeal is granted: the comment waits in the queue.",
            "refuse": "The appeal is refused, and the decision stands.",
        }
        messages.success(request, f"{said[answer]} Its writer reads so on the receipt.")
        return HttpResponseRedirect(reverse("admin:comments_appeal_changelist"))


def waiting_appeals() -> int:
    """How many wait, counted so far and no further."""
    return Appeal.objects.filter(state=Appeal.State.OPEN).order_by()[: paging.COUNTED].count()
