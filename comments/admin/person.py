"""The card of one writer: what was decided about the person so far, notes, measures, and who shares the network.

There is no list of writers and no search by address. The address itself is shown one at a time, to who may see it,
by a press that stands in the log.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from articles.admin.fields import MomentField
from articles.templatetags.desk import zoned_plain
from comments.admin.evidence import last_decisions
from comments.admin.presses import keep_typed
from comments.markup import tidy
from comments.models import AlreadyDecided, Comment, Measure, Policy, StaffNote, Writer

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Writer]
else:
    Base = admin.ModelAdmin

SHOWN = 20  # comments on a page of the card
PAGES = 50  # of them; who wrote more is read in the queue
NAMES_OF = 100  # of the person's last comments, for the names used
NETWORKS = 5  # of the last ones used
NEIGHBOURS = 500  # comments looked at in each of these networks
NO_DATE = "That end is no date. Write it like 2027-03-31T18:00, or choose a length."

# How long a measure lasts, as the form offers it; "date" is the field beside it.
ENDS = {
    "day": ("1 day", timedelta(days=1)),
    "week": ("1 week", timedelta(days=7)),
    "month": ("30 days", timedelta(days=30)),
    "year": ("1 year", timedelta(days=365)),
    "never": ("for good", None),
}


@dataclass(frozen=True)
class Shared:
    """What the networks say that a person wrote from lately: numbers and a yes or no, nobody's name."""

    days: int  # for which networks are kept
    known: bool  # whether any is kept of this person
    names: int = 0  # that others used there
    writers: int = 0
    under_measures: bool = False  # whether one of them is held, suspended or banned now


def shared_networks(writer: Writer, now: datetime) -> Shared:
    """Return who else wrote from the networks that a person used within the time for which networks are kept."""
    days = Policy.current().keep_network_days
    since = now - timedelta(days=days)
    own = writer.comments.filter(created_at__gte=since).exclude(network="").order_by("-created_at")
    networks = list(dict.fromkeys(own.values_list("network", flat=True)[:NAMES_OF]))[:NETWORKS]
    others: set[int] = set()
    names: set[str] = set()
    for network in networks:
        rows = Comment.objects.filter(network=network, created_at__gte=since).order_by("-created_at")
        for pk, name in rows.values_list("writer", "name")[:NEIGHBOURS]:
            if pk is not None and pk != writer.pk:
                others.add(pk)
                names.add(name.casefold())
    kinds = (Measure.Kind.HOLD, Measure.Kind.SUSPEND, Measure.Kind.BAN)
    held = bool(others) and Measure.objects.in_force(now).filter(writer__in=others, kind__in=kinds).exists()
    return Shared(days, bool(networks), len(names), len(others), held)


@admin.register(Writer)
class WriterAdmin(Base):
    """One card for each writer, and nothing else of the stock pages."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # no line in the menus: there is no list

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:pk>/", self.admin_site.admin_view(self.card), name="comments_writer_card")]

    def card(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the card; a post notes, decides, lifts, or shows the address once."""
        if not request.user.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        writer = Writer.objects.defer("address", "key").filter(pk=pk).first() if pk < 2**63 else None
        if writer is None and request.method == "POST":
            return _gone(request)
        if writer is None:
            raise Http404
        kept: dict[str, str] = {}
        address = ""
        if request.method == "POST":
            try:
                if request.POST.get("act") == "address":
                    address = writer.shown_to(cast("User", request.user))
                else:
                    messages.success(request, self._act(request, writer))
                    return HttpResponseRedirect(request.path)
            except (AlreadyDecided, ValueError) as refusal:
                messages.warning(request, str(refusal))
                kept = {name: request.POST.get(name, "") for name in ("kind", "reason", "ends", "until", "text")}
        return TemplateResponse(
            request,
            "admin/comments/writer/card.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "address": address,
                "kept": kept,
                "kinds": Measure.Kind.choices,
                "ends": [(key, words) for key, (words, _) in ENDS.items()],
                **_known_of(writer, request.GET.get("page", "")),
            },
            status=422 if kept else 200,
        )

    def _act(self, request: HttpRequest, writer: Writer) -> str:
        """Do what the press says and return the sentence about it. Raises ValueError for what cannot be done so."""
        by = cast("User", request.user)
        match request.POST.get("act"):
            case "note":
                StaffNote.leave(writer, by=by, text=tidy(request.POST.get("text", "")))
                return "Your note is kept for your colleagues."
            case "measure":
                until = _end_of(request, timezone.now())
                reason = tidy(request.POST.get("reason", ""))
                measure = Measure.impose(writer, request.POST.get("kind", ""), by=by, reason=reason, until=until)
                end = f" until {zoned_plain(measure.until)}" if measure.until else ""
                return f"{measure.get_kind_display()}{end}. It stands here, and beside each comment by this person."
            case "lift":
                asked = request.POST.get("measure", "")
                found = writer.measures.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
                if found is None or not found.lift(by=by):
                    raise ValueError("That had ended already. Nothing changed.")
                return f"Lifted: {found.get_kind_display().lower()}. It ended now, and stays in the list below."
        raise ValueError("That press is not known here. Nothing changed.")


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer a press on the card of somebody who was erased meanwhile: the queue gives back what was typed."""
    messages.warning(request, "This writer is not here any more: all under the address was erased. Nothing changed.")
    keep_typed(request, 0, "card", text=request.POST.get("text", ""), note=request.POST.get("reason", ""))
    return HttpResponseRedirect(reverse("admin:comments_comment_changelist"))


def _end_of(request: HttpRequest, now: datetime) -> datetime | None:
    """Return when a measure is to end: the date typed goes before the length chosen; None for good."""
    if typed := request.POST.get("until", "").strip():
        try:
            return MomentField(error_messages={"invalid": NO_DATE}).to_python(typed)
        except ValidationError as problem:
            raise ValueError(" ".join(problem.messages)) from None
    if request.POST.get("kind") == Measure.Kind.WARN:
        return None
    length = ENDS.get(request.POST.get("ends", ""))
    if length is None:
        raise ValueError("Say until when. Nothing changed.")
    return now + length[1] if length[1] else None


def _known_of(writer: Writer, asked: str) -> dict[str, Any]:
    """Return what the card shows of a person."""
    now = timezone.now()
    number = min(int(asked), PAGES) if asked.isdecimal() and len(asked) < 9 and int(asked) else 1
    rows = writer.comments.select_related("article").defer("article__body", "article__body_text")
    found = list(rows.order_by("-created_at", "-pk")[(number - 1) * SHOWN : number * SHOWN + 1])
    lately = writer.comments.order_by("-created_at").values_list("name", flat=True)[:NAMES_OF]
    names = [name for name, _ in Counter(lately).most_common(8)]
    turned_down = writer.rejected_count + writer.spam_count
    disregarded = writer.disregarded().order_by().count() if turned_down else 0
    decided = writer.approved_count + turned_down - disregarded
    last = last_decisions(found[:SHOWN])
    measures = list(writer.measures.select_related("by", "lifted_by"))
    return {
        "title": f"Writer {writer.pk}",
        "writer": writer,
        "names": names,
        "disregarded": disregarded,
        "decided": decided,
        "rate": round(100 * writer.approved_count / decided) if decided else None,
        "pending": writer.comments.filter(status=Comment.Status.PENDING).order_by()[:1000].count(),
        "withdrawn": writer.comments.filter(status=Comment.Status.WITHDRAWN).order_by()[:1000].count(),
        "running": [measure for measure in measures if measure.is_in_force(now)],
        "ended": [measure for measure in measures if not measure.is_in_force(now)],
        "notes": writer.notes.select_related("by"),
        "comments": [(comment, last.get(comment.pk)) for comment in found[:SHOWN]],
        "earlier": number + 1 if len(found) > SHOWN and number < PAGES else None,
        "later": number - 1 if number > 1 else None,
        "looks": writer.looks.select_related("by")[:10],
        "shared": shared_networks(writer, now),
        "now": now,
    }
