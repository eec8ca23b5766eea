"""The site's own small pages: privacy, health, robots.txt, security.txt, and pictures where no server has them."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles import metadata, tasks
from articles.pagecache import carries
from comments.models import EDIT_WINDOW, Policy
from comments.models.policy import KEY as POLICY
from comments.privacy import REGISTRY

# Only names that articles/images.py makes; nothing else in the folder can be asked for.
_PICTURE = re.compile(r"(?:heroes|social)/[0-9a-f]{2}/[0-9a-f]{24}(?:-\d{3,4})?\.webp")


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("live\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The process can do its work: the database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of readers, how long and who sees it: written from the rules in force and the registry."""
    carries("layout", POLICY)
    policy = Policy.current()
    records = []
    for record in REGISTRY:
        together: dict[str, list[str]] = {}
        for column in record.columns:
            together.setdefault(column.kept(policy), []).append(column.what)
        if together:
            records.append((record.title, record.erased, list(together.items())))
    described = f"What {settings.SITE_NAME} keeps of its readers, how long, and who sees it."
    about = {
        "meta": metadata.for_page("Privacy", described, reverse("privacy")),
        "policy": policy,
        "records": records,
        "contact": settings.CONTACT_EMAIL,
        "edit_minutes": int(EDIT_WINDOW.total_seconds() // 60),
    }
    return render(request, "privacy.html", about)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Robots may read what readers read; private pages and the desk hold nothing for them."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /comments/on/",
        "Disallow: /comments/receipt/",
        "Disallow: /comments/notice/",
        "Disallow: /comments/*/report/",
        "Disallow: /comments/my-data/",
        "Disallow: /search/",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('articles:sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """security.txt (RFC 9116): whom to tell about a weakness; absent while no contact is set."""
    if not settings.CONTACT_EMAIL:
        raise Http404("No contact is set.")
    # The month's first day keeps the bytes the same from one asking to the next.
    until = (timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=360)).isoformat()
    lines = [f"Contact: mailto:{settings.CONTACT_EMAIL}", f"Expires: {until}", "Preferred-Languages: en", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture of an article: for one machine; nginx or object storage answers before Django on a larger site."""
    if not _PICTURE.fullmatch(name):
        raise Http404("No such picture.")
    try:
        file = default_storage.open(name)
    except (FileNotFoundError, OSError):
        raise Http404("No such picture.") from None
    response = FileResponse(file, content_type="image/webp")
    # The name follows from the content, so the content never changes under it.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """Queue once more what the worker gave up: a button on the desk."""
    if not request.user.has_perm("articles.publish_article"):
        raise PermissionDenied
    count = tasks.try_again(request.POST.get("path", "").replace("\x00", ""))
    if count:
        messages.success(request, f"{count} {'call is' if count == 1 else 'calls are'} in the queue again.")
    else:
        messages.info(request, "Nothing of that kind has failed any more.")
    return HttpResponseRedirect(reverse("admin:index"))
