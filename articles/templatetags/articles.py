"""What templates print of articles: times, pictures, bylines, the navigation; no rule is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.base import FilterExpression
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles import images, markup
from articles import search as finder
from articles.fragments import part
from articles.lists import ShelfList, Story
from articles.models import Article, Author, Section
from articles.pagecache import carries

register = template.Library()

# Formats of strftime; the day of the month is put in by hand, since no directive prints it without a zero everywhere.
_STAMPS = {
    "full": "{day} %B %Y, %H:%M {zone}",
    "short": "{day} %b %Y, %H:%M",
    "day": "{day} %b %Y",
    "daymonth": "{day} %b",
    "date": "{day} %B %Y",
    "clock": "%H:%M",
}


@register.filter
def stamp(moment: datetime | None, form: str = "full") -> SafeString:
    """Print a moment absolute, in the site's zone, inside ``<time>``; the full form names the zone.

    The forms: ``full`` 23 January 2023, 14:32 UTC; ``short`` 23 Jan 2023, 14:32; ``day`` 23 Jan 2023;
    ``daymonth`` 23 Jan, where the year stands above; ``date`` 23 January 2023; ``clock`` 14:32.
    """
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    words = local.strftime(_STAMPS[form]).format(day=local.day, zone=zone_of(local))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


def zone_of(local: datetime) -> str:
    """Return the short name of a local time's zone; where the zone has none, its offset: ``UTC+03``."""
    name = local.tzname() or ""
    return name if name[:1].isalpha() else f"UTC{name}"


@register.simple_tag
def site_zone() -> str:
    """The name of the zone that every clock time on the site is in; without summer or winter, for it outlives both."""
    zone: str = settings.TIME_ZONE
    return zone.replace("_", " ").rpartition("/")[2]


@register.simple_tag
def site_name() -> str:
    """The site's name where no context processor runs: on the page of an error of ours."""
    name: str = settings.SITE_NAME
    return name


@register.simple_tag(takes_context=True)
def section_nav(context: Context) -> SafeString:
    """The sections, in the editors' order; ``section`` or ``on_front`` in the context marks where the reader is."""
    here, on_front = context.get("section"), bool(context.get("on_front"))

    def make() -> str:
        carries("layout")
        sections = Section.objects.only("name", "slug", "colour", "position")
        return render_to_string("_sections.html", {"sections": sections, "here": here, "on_front": on_front})

    return part(f"sections:{here.pk if here else ''}:{on_front}", make)


class _Kept(template.Node):
    def __init__(self, facts: Sequence[FilterExpression], nodelist: template.NodeList) -> None:
        self.facts, self.nodelist = facts, nodelist

    def render(self, context: Context) -> SafeString:
        name = "\n".join(str(fact.resolve(context, ignore_failures=True)) for fact in self.facts)
        return part(name, lambda: self.nodelist.render(context))


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> _Kept:
    """``{% kept "river" story.pk talk … %}``: a part of a page, rendered again only when what it prints changed.

    The words are everything that the part depends on beside the keys that it carries while it is rendered: two
    parts that differ must differ there.
    """
    facts = token.split_contents()[1:]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return _Kept([parser.compile_filter(fact) for fact in facts], nodelist)


@register.simple_tag(takes_context=True)
def page_link(context: Context, number: int) -> str:
    """The address of another page of the list being shown; ``kept`` in the context holds its other parameters."""
    kept = {name: value for name, value in (context.get("kept") or {}).items() if value}
    query = urlencode(kept | ({"page": number} if number > 1 else {}))
    return f"?{query}" if query else context["request"].path


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int | str]:
    """The numbers to print below a list: the ends, the neighbours, and an ellipsis for what lies between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.simple_tag
def latest_stories(count: int) -> Sequence[Story]:
    """The newest published articles, for pages that found nothing of their own to show."""
    carries("published")
    stories: Sequence[Story] = ShelfList("front", Article.objects.for_cards())[:count]
    return stories


@register.simple_tag
def picture(article: Article, *, sizes: str, css: str = "", described: bool = False, eager: bool = False) -> SafeString:
    """The article's hero as ``<img>`` with every size that lies in storage; nothing where it has none.

    Beside a headline the picture repeats what the link says, so its description is printed only where it stands
    for itself (``described``). ``eager`` is for the one picture that opens a page.
    """
    name = article.hero.name
    if not name or not article.hero_width or not article.hero_height:
        return SafeString("")
    url = article.hero.storage.url
    sources = [(url(each), width) for each, width in images.candidates(name, article.hero_width)]
    return format_html(
        '<img{}{} src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"{}>',
        format_html(' class="{}"', css) if css else "",
        mark_safe(' fetchpriority="high"') if eager else "",
        next((src for src, width in sources if width >= 800), sources[-1][0]),
        ", ".join(f"{src} {width}w" for src, width in sources),
        sizes,
        article.hero_width,
        article.hero_height,
        article.hero_alt if described and not article.hero_decorative else "",
        SafeString("") if eager else mark_safe(' loading="lazy" decoding="async"'),
    )


@register.filter
def byline(article: Article) -> str:
    """The authors as printed in a list: "Ada King, Jonas Weil and Priya Nair"; the page carries their names."""
    lines = article.bylines.all()
    carries(*(f"author:{line.author_id}" for line in lines))
    return _in_words([line.author.name for line in lines])


@register.filter
def linked_byline(authors: Sequence[Author]) -> SafeString:
    """The authors as printed over an article, each with a link to what else they wrote."""
    links = [
        format_html('<a href="{}" rel="author">{}</a>', author.get_absolute_url(), author.name) for author in authors
    ]
    if len(links) < 2:
        return SafeString("".join(links))
    return format_html("{} and {}", format_html_join(", ", "{}", ((link,) for link in links[:-1])), links[-1])


@register.filter
def prose(article: Article) -> SafeString:
    """The body as its page prints it; it was sanitised when it was saved."""
    return mark_safe(markup.for_page(article.body))  # noqa: S308


@register.filter
def highlight(text: str, query: finder.Query) -> SafeString:
    """A text with the words of a search marked."""
    return finder.highlight(text, query.terms)


@register.filter
def excerpt(article: Article, query: finder.Query) -> str:
    """The part of a text that a search found."""
    return finder.excerpt(article, query.terms)


@register.filter
def sentence(reason: object) -> str:
    """What a view of ours said to the reader when it found nothing; other reasons are for developers."""
    text = reason if isinstance(reason, str) else ""
    ours = text.endswith(".") and len(text) < 200 and not text.endswith("matches the given query.")
    return text if ours else ""


def _in_words(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
