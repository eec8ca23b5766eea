"""The moderation queue: what may come in, what is asked of the database, and what the list shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from articles.admin import paging
from comments.admin import presses, toast
from comments.admin.bulk import ACTIONS
from comments.admin.detail import Neighbours, context_of
from comments.admin.evidence import items_of
from comments.admin.folders import (
    MENUS,
    NARROWING,
    OLDEST_FIRST,
    count_of,
    folder_of,
    has_unknown_choice,
    order_of,
)
from comments.admin.moderating import WithoutHistory
from comments.figures import FEWEST, figures
from comments.models import Comment, Tally

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Comment]
else:
    Base = admin.ModelAdmin


class QueueList(paging.DeskList):
    """One page at most, even where a kept count were too low: the stock list then shows all there is.

    A choice that no menu has finds nothing: it would else show, and decide about, everything.
    """

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Comment]:
        rows = cast("QuerySet[Comment]", super().get_queryset(request, *args, **kwargs))
        return rows.none() if has_unknown_choice(request, self.filter_specs) else rows

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = self.result_list[: self.list_per_page]


@admin.register(Comment)
class CommentAdmin(WithoutHistory, Base):
    """The queue. A reader's words are read-only here, and nothing is ever deleted."""

    change_list_template = "admin/comments/comment/queue.html"
    list_filter = list(MENUS)
    search_fields = ["text", "name", "article__headline"]  # never the address
    list_per_page = 20
    list_max_show_all = 0
    show_full_result_count = False
    list_select_related = ["article", "article__section", "parent", "writer"]
    actions = list(ACTIONS)

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
        return [*order_of(folder_of(request))]

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
        narrowed = any(request.GET.get(name) for name in ("q", *NARROWING))
        known = None if narrowed else count_of(folder_of(request), Tally.counts())
        return paging.DeskPaginator(
            queryset, per_page, rows=self.get_queryset(request), known=known, upto=paging.COUNTED
        )

    # The list.

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[paging.DeskList]:
        return QueueList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            if answer := presses.answer(self, request, back=request.get_full_path()):
                return answer
            data = request.POST.copy()
            ticked = [pk for pk in data.getlist(ACTION_CHECKBOX_NAME) if presses.is_id(pk)]
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
                "switch": [(word, f"?{rest}&view={word}" if rest else f"?view={word}") for word in ("cards", "rows")],
                **(extra_context or {}),
            },
        )
        if isinstance(response, TemplateResponse) and (context := response.context_data) and "cl" in context:
            cl = context["cl"]
            folder, *menus = cl.filter_specs
            context["folder"] = folder.value()
            context["oldest_first"] = folder.value() in OLDEST_FIRST
            context["is_narrowed"] = bool(cl.query) or any(request.GET.get(name) for name in NARROWING)
            context["folders"] = list(folder.choices(cl))
            context["menus"] = [(menu.title, list(menu.choices(cl))) for menu in menus]
            context["items"] = items_of(list(cl.result_list))
            context["ticked"] = [int(pk) for pk in request.session.pop("ticked", []) if presses.is_id(pk)]
            context["toast"] = toast.of(request)
            context["kept"] = presses.kept_words(request, cl.result_list, in_queue=True)
            context["counted_up_to"] = (
                paging.COUNTED if cl.result_count == paging.COUNTED and cl.paginator.known is None else None
            )
            context["looked_through"] = paging.SEARCHED if folder.is_cut else None
            context["ends_at"] = paging.DEEPEST if cl.paginator.ends_early else None
        return response

    # Beside it.

    def get_urls(self) -> list[URLPattern]:
        own = path("figures/", self.admin_site.admin_view(self.figures_view), name="comments_comment_figures")
        return [own, *super().get_urls()]

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """How the desk keeps up, and what moderators make of the rules."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        context = {"opts": self.opts, "title": "Figures", "figures": figures(), "fewest": FEWEST}
        page = "admin/comments/comment/figures.html"
        return TemplateResponse(request, page, {**self.admin_site.each_context(request), **context})

    # One comment.

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        comment = self.get_object(request, unquote(object_id))
        if comment is None:
            if request.method == "POST":
                presses.keep_words(request, 0, request.POST.get("decide", "").partition(":")[0])
                messages.error(request, "That comment is not here any more. Nothing changed.")
                return HttpResponseRedirect(reverse("admin:comments_comment_changelist"))
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        neighbours = Neighbours(comment)
        if request.method == "POST":
            here = request.get_full_path()
            back = neighbours.onward if comment.status == Comment.Status.PENDING else here
            if answer := presses.answer(self, request, back=back, here=here):
                return answer
        return TemplateResponse(
            request,
            "admin/comments/comment/detail.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                **context_of(request, comment, neighbours),
                **(extra_context or {}),
            },
        )
