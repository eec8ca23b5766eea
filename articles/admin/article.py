"""The list of articles, the form, and what each press on it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from articles import checklist, images
from articles.admin import conflict, paging
from articles.admin.acts import bar_for
from articles.admin.filters import InSection, StateTabs, WithAI, WithByline, order_of
from articles.admin.form import MINOR, ArticleForm
from articles.article_page import article_context
from articles.models import Article, PastSlug, Publisher
from articles.templatetags.desk import own_articles, own_keys, person, state_word, zoned_plain
from articles.workflow import State, WrongState

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Article]
else:
    Base = admin.ModelAdmin


MENUS = (StateTabs, InSection, WithByline, WithAI)  # what narrows the list


@admin.register(Article)
class ArticleAdmin(Base):
    """Articles. None is ever deleted: readers knew its address, or somebody wrote it."""

    form = ArticleForm
    change_list_template = "admin/articles/article/list.html"
    change_form_template = add_form_template = "admin/articles/article/form.html"
    list_filter = [*MENUS]
    search_fields = ["headline", "standfirst"]
    list_select_related = ["section", "sent_back_by"]
    list_per_page = 25
    list_max_show_all = 0
    show_full_result_count = False
    actions = None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nothing but the menus narrows the list: an address bar would ask the database anything."""
        return lookup in {menu.parameter_name for menu in MENUS}

    # Who may come in. Authors have their own, and change them while they are drafts; editors have all.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return request.user.has_perm("articles.change_article")

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if not request.user.has_perm("articles.change_article"):
            return False
        if obj is None or request.user.has_perm("articles.change_any_article"):
            return True
        return obj.state == State.DRAFT and self._is_own(request, obj)

    @staticmethod
    def _is_own(request: HttpRequest, article: Article) -> bool:
        """Looked up once a request: Django asks for every part of a form."""
        known: dict[int, bool] = request.__dict__.setdefault("_own_articles", {})
        if article.pk not in known:
            known[article.pk] = own_articles(cast("User", request.user)).filter(pk=article.pk).exists()
        return known[article.pk]

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        articles = super().get_queryset(request)
        if request.user.has_perm("articles.change_any_article"):
            return articles
        return articles.filter(pk__in=own_keys(cast("User", request.user)))

    # The list.

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        return [*order_of(request.GET.get(StateTabs.parameter_name, ""))]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[paging.DeskList]:
        return paging.DeskList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: Any,
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> paging.DeskPaginator:
        return paging.DeskPaginator(
            queryset, per_page, rows=self.get_queryset(request).select_related("section", "sent_back_by")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        """Words of a headline or standfirst, among the first of the list; or an address, whatever its age."""
        if not search_term:
            return queryset, False
        slug = urlsplit(search_term.strip()).path.rstrip("/").rpartition("/")[2]
        named = Article.objects.filter(slug=slug).values_list("pk", flat=True).first()
        named = named or PastSlug.objects.filter(slug=slug).values_list("article", flat=True).first()
        if named:
            return queryset.filter(pk=named), False
        first, _ = paging.first_of(queryset)
        matching, _ = super().get_search_results(request, first, search_term)
        return paging.found_in(queryset, matching), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, {"title": "Articles", **(extra_context or {})})
        if isinstance(response, TemplateResponse) and (context := response.context_data) and "cl" in context:
            cl = context["cl"]
            tabs, *menus = cl.filter_specs
            if isinstance(cl.result_list, QuerySet):
                cl.result_list = cl.result_list.defer("body", "body_text").prefetch_related("bylines__author")
            context["ends_at"] = paging.DEEPEST if cl.paginator.ends_early else None
            context["searched"] = paging.SEARCHED if cl.query else None
            context["tabs"] = list(tabs.choices(cl))
            context["menus"] = [(menu.title, list(menu.choices(cl))) for menu in menus]
        return response

    # The form.

    def get_form(
        self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kwargs: Any
    ) -> type[ArticleForm]:
        form = cast("type[ArticleForm]", super().get_form(request, obj, change=change, **{**kwargs, "fields": None}))
        form.user = cast("User", request.user)
        return form

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Plain widgets: the stock ones bring scripts and markup that this form has no use for."""
        return db_field.formfield(**kwargs)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().add_view(request, form_url, {**self._about(request, None), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        article = self.get_object(request, unquote(object_id))
        if article is None:
            if not self.has_view_permission(request):
                raise PermissionDenied
            raise Http404("There is no such article, or it is not yours.")
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        if request.method != "POST":
            if not self.has_change_permission(request, article):
                return self._read_only(request, article)
            return super().change_view(request, object_id, form_url, self._about(request, article))
        request.POST = conflict.resolved(cast("QueryDict", request.POST))  # type: ignore[assignment]
        with transaction.atomic():
            # The lock makes "compare, then save" one step: two editors may press at the same moment.
            current = Article.objects.select_for_update().get(pk=article.pk)
            if not self.has_change_permission(request, current):
                return self._read_only(request, current, refused=True)
            if request.POST.get("version") != str(current.version):
                return self._stale(request, current)
            return super().change_view(request, object_id, form_url, self._about(request, article))

    def _about(self, request: HttpRequest, article: Article | None) -> dict[str, Any]:
        """What the form's page shows beside the fields."""
        about: dict[str, Any] = {
            "bar": bar_for(article or Article(), cast("User", request.user)),
            "article": article,
            "publishers": Publisher.objects.values_list("name", flat=True)[:200],
            "zone": timezone.get_current_timezone_name(),
            "subtitle": None,
        }
        if article:
            findings = checklist.review(article, [line.author for line in article.bylines.select_related("author")])
            about |= {
                "title": article.headline,
                "findings": findings,
                "first_block": checklist.first_block(findings),
                "blocks": sum(finding.kind == "block" for finding in findings),
                "warnings": sum(finding.kind == "warn" for finding in findings),
                "transitions": article.transitions.select_related("by")[:6],
                "notices": article.corrections.all(),
            }
        return about

    def _read_only(self, request: HttpRequest, article: Article, *, refused: bool = False) -> HttpResponse:
        """The article for one who may not change it now; after a refused save with the text that was sent."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": article.headline,
            "article": article,
            "refused": refused,
            "sent": [(name.capitalize(), request.POST.get(name, "")) for name in ("headline", "standfirst", "body")]
            if refused
            else [],
        }
        return TemplateResponse(
            request, "admin/articles/article/read.html", context, status=409 if refused else 200
        ).render()

    def _stale(self, request: HttpRequest, current: Article) -> HttpResponse:
        """Refuse a save over a newer version, and show both texts of every part that two people wrote."""
        form_class = self.get_form(request, current, change=True)
        mine = form_class(request.POST, request.FILES, instance=Article.objects.get(pk=current.pk))
        mine.is_valid()  # cleans a picture that came along, so that it is kept too
        theirs = form_class(instance=current)
        carried = {name: request.POST.get(name, "") for name in conflict.CARRIED}
        carried["hero_kept"] = mine.kept_token
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Somebody saved first",
            "article": current,
            "merge": conflict.merge(mine, theirs),
            "form": theirs,
            "carried": carried,
            "who": self._last_saved_by(current),
            "live": current.is_published,
            "notice": mine,
        }
        return TemplateResponse(request, "admin/articles/article/conflict.html", context, status=409).render()

    def _last_saved_by(self, article: Article) -> str:
        """Who saved it last, from the admin's own log."""
        entry = (
            LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Article), object_id=str(article.pk))
            .select_related("user")
            .first()
        )
        return person(entry.user) if entry else "Somebody else"

    # Saving.

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        user = cast("User", request.user)
        if change:
            obj.version += 1
        else:
            obj.created_by = user
        obj.edited_at = timezone.now()
        for sentence in form.make_publisher():
            messages.info(request, sentence)
        super().save_model(request, obj, form, change)
        if obj.hero and (form.kept_picture or not change):
            images.make_copies(str(obj.hero.name))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bylines and tags, then what follows from the press: all in the transaction of the save."""
        article: Article = form.instance
        article.expire_pages()  # also those of the names that are about to leave
        for sentence in form.save_names():
            messages.info(request, sentence)
        article.expire_pages()
        if article.pinned_until and article.pinned_until != form.pinned_before:
            article.pin(by=cast("User", request.user), until=article.pinned_until)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        return self._after_save(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._after_save(request, obj)

    def _after_save(self, request: HttpRequest, article: Article) -> HttpResponse:
        """Do what the button said, now that the text is safe; a refusal leaves the text saved."""
        act = request.POST.get("act", "save")
        here = reverse("admin:articles_article_change", args=[article.pk])
        try:
            sentence = self._act(request, article, act)
        except WrongState as refusal:
            messages.warning(request, f"{refusal} The text is saved.")
        except PermissionDenied:
            messages.error(request, "Your role may not do that. The text is saved.")
        else:
            messages.success(request, sentence)
            if not self.has_change_permission(request, article):
                return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(here)

    def _act(self, request: HttpRequest, article: Article, act: str) -> str:
        """Call the model's act behind a button and return what to say; raises WrongState with the reason."""
        user = cast("User", request.user)
        post = request.POST
        if act == "submit":
            article.submit(by=user)
            return "Sent for review. An editor has it now."
        if act == "send_back":
            article.send_back(by=user, note=post.get("send_back_note", "").strip()[:300])
            return f"Sent back{f' to {person(article.created_by)}' if article.created_by else ''} with your note."
        if act in ("publish", "schedule"):
            return self._publish(article, by=user, wanted=act, label=post.get("label_time", ""))
        if act == "unschedule":
            article.unschedule(by=user)
            return "The publish time is taken away. Readers see nothing of this; it is in review again."
        if act == "withdraw":
            article.withdraw(by=user, reason=post.get("withdraw_reason", "").strip()[:300])
            return "Withdrawn: its address answers with your reason."
        if act == "update" and article.is_published:
            return self._notice(article, by=user, kind=post.get("notice_kind", ""), text=post.get("notice_text", ""))
        word = state_word(article)
        if word == "scheduled":
            return f"Saved. Readers see it {zoned_plain(article.publish_at)}."
        return "Saved. Readers see the new version." if word == "published" else "Saved. Readers see nothing of it."

    def _publish(self, article: Article, *, by: User, wanted: str, label: str) -> str:
        if not by.has_perm("articles.publish_article"):
            raise PermissionDenied
        findings = checklist.review(article, [line.author for line in article.bylines.select_related("author")])
        if block := checklist.first_block(findings):
            raise WrongState(f"Not published. Mend this first: {block.words.lower()}.")
        due = article.publish_at
        if wanted == "publish":
            # A withdrawn article goes back to its address, which holds the month it was published in.
            back = due if article.state == State.WITHDRAWN and due and due <= timezone.now() else None
            article.unschedule(by=by) if article.is_scheduled else None
            article.publish(by=by, at=back)
            return "Published: readers see it now."
        if due is None or due <= timezone.now():
            raise WrongState("Not scheduled: choose a publish time that is still to come.")
        if label and label != zoned_plain(due):
            raise WrongState(f"The publish time is {zoned_plain(due)} now: press again to schedule it.")
        article.publish(by=by, at=due)
        return f"Scheduled: readers see it {zoned_plain(due)}."

    def _notice(self, article: Article, *, by: User, kind: str, text: str) -> str:
        if kind == MINOR:
            return "Saved without a notice. Readers see the new version."
        article.correct(by=by, kind=kind, text=text.strip())
        return "Saved. Readers see the new version with your notice below it."

    # Preview.

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(never_cache(self.preview))
        return [path("<int:pk>/preview/", preview, name="articles_article_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page as readers will see it, for those who may open the article on the desk."""
        article = self.get_object(request, str(pk))
        if article is None or not self.has_view_permission(request, article):
            raise Http404("There is no such article, or it is not yours.")
        # One without a time is shown as if it were published now; nothing of this is saved.
        article.publish_at = article.publish_at or timezone.now()
        response = TemplateResponse(request, "articles/article.html", article_context(article)).render()
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "private, no-store"
        return response
