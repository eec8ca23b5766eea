"""The page on which a moderator chooses how often waiting comments are mailed to him; each for himself alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from comments.admin.keyed import KeyedByAnother
from comments.models import ModeratorMail

if TYPE_CHECKING:
    Base = admin.ModelAdmin[ModeratorMail]
else:
    Base = admin.ModelAdmin


@admin.register(ModeratorMail)
class ModeratorMailAdmin(KeyedByAnother, Base):
    """One page, the signed-in moderator's own; nobody sees or changes a colleague's."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # the person's menu leads here, not the list of models

    def has_view_permission(self, request: HttpRequest, obj: ModeratorMail | None = None) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ModeratorMail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ModeratorMail | None = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise PermissionDenied

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise PermissionDenied

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = cast("User", request.user)
        choice = ModeratorMail.objects.filter(user=user).first() or ModeratorMail(user=user)
        if request.method == "POST":
            speed = request.POST.get("speed", "")
            if speed in ModeratorMail.Speed.values:
                choice.choose(speed)
                messages.success(request, f"Mail about waiting comments: {choice.get_speed_display().lower()}.")
            else:
                messages.error(request, "Choose one of the four. Nothing changed.")
            return HttpResponseRedirect(request.path)
        return TemplateResponse(
            request,
            "admin/comments/moderatormail/own.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": "Mail to you",
                "choice": choice,
                "speeds": ModeratorMail.Speed.choices,
                "address": user.email,
            },
        )
