"""Notices of illegal content: the list by deadline, and the page on which one is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin import paging
from articles.templatetags.desk import zoned
from comments.admin.moderating import UNREAD, ByState, ForModerators
from comments.hosts import spelled_out
from comments.markup import tidy
from comments.models import AlreadyAnswered, AlreadyDecided, Decision, Notice
from comments.models.notice import EXPLANATION_LENGTH

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Notice]
else:
    Base = admin.ModelAdmin

SAID = {
    "take": "You are looking into it: whoever sent the notice reads so.",
    "uphold": "Upheld: readers do not see the comment any more, and both sides read the reasons.",
    "dismiss": "Dismissed: the comment stays, and whoever sent the notice reads the reasons.",
    "void": "Closed without a decision about the law; whoever sent the notice reads why.",
}


class StateFilter(ByState):
    """What still waits and what of that is overdue; then the answers."""

    model = Notice
    live = ("open", "overdue")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        answered = (Notice.State.UPHELD, Notice.State.DISMISSED, Notice.State.VOID)
        return [("open", "Open"), ("overdue", "Overdue"), *((state.value, str(state.label)) for state in answered)]

    def condition(self, folder: str) -> Q:
        if folder not in self.live:
            return Q(state=folder)
        is_open = Q(handled_at__isnull=True)  # the words of the index
        return is_open & Q(due_at__lt=timezone.now()) if folder == "overdue" else is_open


@admin.register(Notice)
class NoticeAdmin(ForModerators, Base):
    """What is due first stands first. A notice is read here and answered, never written or deleted."""

    list_display = ["about", "article", "law", "standing", "due"]
    change_list_template = "admin/comments/_cases.html"
    list_filter = [StateFilter]
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    sortable_by = ()
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        rows = (
            super()
            .get_queryset(request)
            .select_related("comment__article__section", "comment__parent", "report", "reviewer")
        )
        return rows.defer(*UNREAD)

    def get_ordering(self, request: HttpRequest) -> list[str]:  # type: ignore[override]
        answered = request.GET.get(StateFilter.parameter_name) in ("upheld", "dismissed", "void")
        return ["-due_at", "-pk"] if answered else ["due_at", "pk"]

    @admin.display(description="Notice")
    def about(self, notice: Notice) -> str:
        return f"{notice.pk}: {notice.report.statement[:80]}"

    @admin.display(description="Article")
    def article(self, notice: Notice) -> str:
        return notice.comment.article.headline

    @admin.display(description="State")
    def standing(self, notice: Notice) -> str:
        who = f", {notice.reviewer.get_full_name() or notice.reviewer.get_username()}" if notice.reviewer else ""
        return f"{notice.get_state_display()}{who}"

    @admin.display(description="Due")
    def due(self, notice: Notice) -> str | SafeString:
        if notice.is_overdue:
            return format_html('<span class="chip chip--rejected">Overdue since</span> {}', zoned(notice.due_at))
        return str(zoned(notice.due_at))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One notice: what it says, the comment, and the answers that it can be given."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        notice = self.get_object(request, unquote(object_id))
        if notice is None and request.method == "POST":
            return self.gone(request, "notice", tidy(request.POST.get("explanation", "")))
        if notice is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        if request.method == "POST":
            return self._answer(request, notice)
        others = notice.comment.reports.open().exclude(pk=notice.report_id)
        kept = request.session.pop("kept_explanation", "")
        decisions = Decision.objects.deciding_about(notice.comment_id).select_related("by")
        return TemplateResponse(
            request,
            "admin/comments/notice/detail.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"Notice {notice.pk}",
                "notice": notice,
                "comment": notice.comment,
                "others": others.counted(),
                "hosts": spelled_out(notice.comment),
                "decisions": decisions.order_by("-pk"),
                "length": EXPLANATION_LENGTH,
                "kept": kept,
                "given_back": [kept] if kept and not notice.is_open else [],
                **(extra_context or {}),
            },
        )

    def _answer(self, request: HttpRequest, notice: Notice) -> HttpResponse:
        """Do what a press asks for; where it is refused, the words stay."""
        by, act = cast("User", request.user), request.POST.get("answer", "")
        explanation = tidy(request.POST.get("explanation", "")).strip()[:EXPLANATION_LENGTH]
        try:
            match act:
                case "take":
                    notice.take(by=by)
                case "uphold":
                    notice.uphold(by=by, explanation=explanation, seen=tidy(request.POST.get("seen", "")))
                case "dismiss":
                    notice.dismiss(by=by, explanation=explanation)
                case "void":
                    notice.void(by=by, explanation=explanation)
                case _:
                    raise ValueError("Press one of the buttons. Nothing changed.")
        except (AlreadyAnswered, AlreadyDecided, ValueError) as refusal:
            messages.warning(request, str(refusal))
            request.session["kept_explanation"] = explanation
            return HttpResponseRedirect(request.path)
        messages.success(request, SAID[act])
        if act == "take":
            request.session["kept_explanation"] = explanation
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(reverse("admin:comments_notice_changelist"))


def waiting_notices() -> dict[str, Any]:
    """Return how many notices wait and how many are overdue, counted so far and no further, and what is due first."""
    now = timezone.now()
    return {
        "waiting": Notice.objects.open().order_by()[: paging.COUNTED].count(),
        "overdue": Notice.objects.overdue(now).order_by()[: paging.COUNTED].count(),
        "first": Notice.objects.open()
        .select_related("report", "comment__article__section")
        .defer(*UNREAD)
        .order_by("due_at", "pk")[:3],
    }
