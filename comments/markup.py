"""A reader's text made into safe HTML: a small Markdown subset, links that carry no weight."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any

import mdurl
import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from comments.hostnames import as_asked_for, reads_as_another

MAX_BYTES = 10_000  # Hostile Markdown stays under 0.2 s at this size, see tests/comments/test_markup.py.
# The search for links walks the rest of the text for each of these, so the work grows with their square.
MAX_ADDRESSES = 50
# Levels of lists and quotes in one another. The parser counts two for a list, and passes over what stands deeper than
# it may: it is given enough for this many, and finds more of them before it does.
MAX_DEPTH = 9
_LEVELS = frozenset(
    f"{level}_{end}" for level in ("blockquote", "bullet_list", "ordered_list") for end in ("open", "close")
)

# A browser follows //host as well, and no rule would see that host.
_LINKS = LinkifyIt({"//": None, "ftp:": None, "mailto:": None}, {"fuzzy_email": False})


def _reading_as_where_it_leads(link: str) -> str:
    """Return a link as it was typed, its host in ASCII where the letters would be read as another.

    Decoded, it would bring back the controls that ``tidy`` took out, and look-alikes.
    """
    if link.isascii():
        return link
    parsed = mdurl.parse(link, slashes_denote_host=True)
    host = parsed.hostname or ""
    if host.isascii():
        return link
    try:
        name = as_asked_for(host)
    except ValueError:
        return link  # it leads nowhere
    return mdurl.format(parsed._replace(hostname=name)) if reads_as_another(name) else link


def _leading_where_browsers_go(link: str) -> str:
    """Return a link with its host as browsers read it, so that readers, rules and moderators mean the same one."""
    parsed = mdurl.parse(link, slashes_denote_host=True)
    try:
        return normalizeLink(mdurl.format(parsed._replace(hostname=as_asked_for(parsed.hostname or ""))))
    except ValueError:
        return ""  # no browser would ask for it


def _fence(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    """Return a block of code; behind its fence may stand the name of a language, and other words belong to the text."""
    info = tokens[at].info
    words = "" if _LANGUAGE.fullmatch(info) else f"{info.strip()}\n"
    return f"<pre><code>{escapeHtml(words + tokens[at].content)}</code></pre>\n"


def _markdown(*rules: str) -> MarkdownIt:
    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": 2 * MAX_DEPTH + 2}
    markdown = MarkdownIt("zero", options).enable(["emphasis", "backticks", "fence", "newline", *rules])
    markdown.linkify = _LINKS
    markdown.normalizeLinkText = _reading_as_where_it_leads  # type: ignore[method-assign]
    markdown.normalizeLink = _leading_where_browsers_go  # type: ignore[method-assign,assignment]
    markdown.validateLink = bool  # type: ignore[method-assign,assignment]
    markdown.add_render_rule("fence", _fence)
    return markdown


_LANGUAGE = re.compile(r"\S*\s*")
_WHOLE = _markdown("blockquote", "list", "linkify")
_WITHOUT_LINKS = _markdown("blockquote", "list")
_WITHOUT_LEVELS = _markdown("linkify")
_WITHOUT_BOTH = _markdown()
_CLEANER = nh3.Cleaner(
    tags={"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"},
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https"},
    link_rel="nofollow ugc noopener",
)

# What no reader means to type: controls apart from tab and line feed, halves of surrogate pairs, and the marks that
# turn the direction of everything after them. Marks for one letter (U+200E, U+200F) and joiners stay: Arabic,
# Persian, Indic scripts and emoji need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
# What is left of a link whose address the sanitiser refuses.
_LEADS_NOWHERE = re.compile(r'<a rel="nofollow ugc noopener">(.*?)</a>', re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a pattern by their category, and nothing to the eye


def render(text: str) -> str:
    """Return the HTML of a comment: paragraphs, emphasis, code, quotes, lists and bare links.

    What holds more addresses than a form takes stays without links, what stands too deep without lists and quotes:
    no word of it is lost.
    """
    return _read(text)[0]


def is_too_deep(text: str) -> bool:
    """Whether lists and quotes stand in one another deeper than a form takes them."""
    return _read(text)[1]


@lru_cache(maxsize=32)  # form, triage and model each ask for the same text
def _read(text: str) -> tuple[str, bool]:
    """Return the HTML of a text, and whether it stands too deep."""
    has_links = addresses(text) <= MAX_ADDRESSES
    markdown = _WHOLE if has_links else _WITHOUT_LINKS
    tokens = markdown.parse(text)
    depth = deepest = 0
    for token in tokens:
        if token.type in _LEVELS:
            depth += token.nesting
            if depth > deepest:
                deepest = depth
    if is_deep := deepest > MAX_DEPTH:
        markdown = _WITHOUT_LEVELS if has_links else _WITHOUT_BOTH
        tokens = markdown.parse(text)
    html = _CLEANER.clean(markdown.renderer.render(tokens, markdown.options, {}))
    return _LEADS_NOWHERE.sub(r"\1", html), is_deep


def hosts_spelled_out(text: str) -> str:
    """Return a text without markup, its links as a reader sees them in HTML: a mail program makes links of its own."""
    if addresses(text) > MAX_ADDRESSES:
        return text
    for link in reversed(_LINKS.match(text) or []):
        scheme = "" if link.schema else "http://"
        shown = _reading_as_where_it_leads(scheme + link.text).removeprefix(scheme)
        text = text[: link.index] + shown + text[link.last_index :]
    return text


def addresses(text: str) -> int:
    """How many web addresses a text can hold at most, found without looking for them."""
    return text.count("://")


def tidy(text: str) -> str:
    """Return a text as it may be kept and printed: line ends made equal, what no reader means to type left out."""
    return _UNWANTED.sub(
        "", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    )


def shows(html: str) -> bool:
    """Whether a reader would see anything of this HTML: spaces and invisible characters are not enough."""
    return says(_TAGS.sub("", html))


def says(text: str) -> bool:
    """Whether anything of a plain text is to be seen: what shows nothing is as good as empty."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _FILLERS for char in text)
