"""The editors' HTML made safe and regular: one block element a line, so that two versions compare by line.

Pictures always stand in a figure, a heading always has an address, an empty block is never kept: whatever the
editor's program wrote, the same text has the same lines. ``clean`` of something clean changes nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import nh3
from django.conf import settings
from django.utils.text import slugify

_INLINE = frozenset({"em", "strong", "a", "code", "sub", "sup", "kbd", "abbr", "br"})
_RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4"}
_HEADINGS = frozenset({"h2", "h3", "h4"})
_TABLE = frozenset({"caption", "thead", "tbody", "tfoot", "tr", "th", "td"})
_BLOCKS = _HEADINGS | {"p", "ul", "ol", "blockquote", "pre", "figure", "table", "aside", "hr", "img"}
# Kept by the sanitiser only so that their ends divide blocks; never written.
_CONTAINERS = frozenset(
    {"div", "section", "article", "main", "header", "footer", "address", "dl", "dt", "dd", "details"}
)
_VOID = frozenset({"br", "hr", "img"})
_DEEPEST = 24  # levels; a text nests four, and the rest is an attack on whoever walks the tree
_PASSES = 6  # until nothing changes; two are the rule

_cleaner = nh3.Cleaner(
    tags=set(_INLINE | _BLOCKS | _TABLE | _CONTAINERS | _RENAMED.keys() | {"li", "figcaption", "summary"}),
    clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"},
    attributes={
        "a": {"href", "hreflang"},
        "img": {"src", "alt", "width", "height"},
        "abbr": {"title"},
        "code": {"class"},
        "th": {"scope", "colspan", "rowspan"},
        "td": {"colspan", "rowspan"},
        "ol": {"start"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    strip_comments=True,
)

# What XML 1.0 cannot hold, so that no feed breaks: control characters, surrogates, the two that are no characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_TAGS = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")
_HEADING = re.compile(r'^<h2 id="([^"]+)">(.*)</h2>$', re.MULTILINE)
_LANGUAGE = re.compile(r"language-[a-z0-9+#-]{1,20}")
_LINK = re.compile(r'(<(?:a|img)\b[^>]*? (?:href|src)=")([^"]*)(")')


def clean(body: str) -> str:
    """Return sanitised, regular HTML: safe to print as it is, one block element a line."""
    body = printable(body)
    for _ in range(_PASSES):
        before, body = body, _regular(_cleaner.clean(body))
        if body == before:
            break
    return body


def plain(body: str) -> str:
    """Return the words of a sanitised body, blocks divided by a space."""

    def gap(tag: re.Match[str]) -> str:
        return "" if tag[2] in _INLINE and tag[2] != "br" else " "

    return " ".join(html.unescape(_TAGS.sub(gap, body)).split())


def printable(text: str) -> str:
    """Return a text without what no page, database or feed can hold."""
    return _UNPRINTABLE.sub("", text)


def headings(body: str) -> list[tuple[str, str]]:
    """Return (id, words) of every heading of the second rank in a sanitised body, for a list of contents."""
    return [(match[1], plain(match[2])) for match in _HEADING.finditer(body)]


def for_page(body: str) -> str:
    """Return a sanitised body as the page prints it: lede marked, wide things in frames that scroll by keyboard."""
    body = re.sub(r"\A<p>", '<p class="article__lede">', body)
    body = body.replace("<pre>", '<pre tabindex="0">').replace("<img ", '<img loading="lazy" decoding="async" ')
    return re.sub(r"^<table>\n(?:<caption>(.*)</caption>$)?", _framed, body, flags=re.MULTILINE).replace(
        "</table>", "</table></div>"
    )


def with_absolute_links(body: str, root: str) -> str:
    """Return a sanitised body whose links and pictures can be followed from anywhere."""
    return _LINK.sub(lambda found: found[1] + html.escape(_joined(root, html.unescape(found[2]))) + found[3], body)


def _joined(root: str, address: str) -> str:
    try:
        return urljoin(root, address)
    except ValueError:
        return address


def _framed(table: re.Match[str]) -> str:
    label = html.escape(plain(table[1] or "")) or "Table"
    return f'<div class="table" role="region" aria-label="{label}" tabindex="0">{table[0]}'


# The tree between the sanitiser's HTML and ours.


class _Element:
    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str] | None = None, children: Sequence[_Node] = ()) -> None:
        self.tag = tag
        self.attributes = attributes or {}
        self.children: list[_Node] = list(children)


_Node = _Element | str


class _Builder(HTMLParser):
    """Reads what the sanitiser wrote, in which every element is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(_RENAMED.get(tag, tag), {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.open[-1].children.append(element)
        elif len(self.open) > _DEEPEST or (tag == "a" and not element.attributes.get("href", "").strip()):
            self.open.append(self.open[-1])  # it is not kept, its content is
        else:
            self.open[-1].children.append(element)
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def _regular(safe: str) -> str:
    builder = _Builder()
    builder.feed(safe)
    builder.close()
    blocks = _blocks(builder.root.children)
    _give_addresses(blocks)
    return "\n".join(_written(block) for block in blocks)


def _blocks(nodes: Sequence[_Node]) -> list[_Element]:
    """Return a content as blocks alone: text between them becomes paragraphs, containers dissolve."""
    blocks: list[_Element] = []
    run: list[_Node] = []

    def end_run() -> None:
        words = _trimmed(run)
        if words:
            blocks.append(_Element("p", None, words))
        run.clear()

    for node in _opened(nodes):
        if isinstance(node, str) or node.tag in _INLINE:
            run.append(node)
            continue
        end_run()
        blocks.extend(_block(node))
    end_run()
    return blocks


def _opened(nodes: Sequence[_Node]) -> Iterator[_Node]:
    """Yield the nodes, with an inline element that holds a block replaced by what it holds."""
    for node in nodes:
        if isinstance(node, _Element) and node.tag in _INLINE and _holds_block(node):
            yield from _opened(node.children)
        else:
            yield node


def _holds_block(element: _Element) -> bool:
    return any(
        isinstance(child, _Element) and (child.tag not in _INLINE or _holds_block(child)) for child in element.children
    )


def _block(element: _Element) -> list[_Element]:
    rule = _RULES.get(element.tag)
    return rule(element) if rule else _blocks(element.children)


def _paragraph(element: _Element) -> list[_Element]:
    return _blocks(element.children)


def _heading(element: _Element) -> list[_Element]:
    words = _trimmed(_flat(element.children))
    return [_Element(element.tag, None, words)] if words else []


def _list(element: _Element) -> list[_Element]:
    items: list[_Node] = []
    for child in element.children:
        if isinstance(child, _Element) and child.tag == "li":
            content = _item(child.children)
        elif isinstance(child, _Element):
            content = _item([child])
        else:
            content = _item([child])
        if content:
            items.append(_Element("li", None, content))
    start = element.attributes.get("start", "")
    kept = {"start": start} if element.tag == "ol" and re.fullmatch(r"[1-9][0-9]{0,3}", start) and start != "1" else {}
    return [_Element(element.tag, kept, items)] if items else []


def _item(nodes: Sequence[_Node]) -> list[_Node]:
    """Return what stands in a list item: its words bare where nothing but inner lists follows them."""
    content = _blocks(nodes)
    first, rest = content[:1], content[1:]
    if first and first[0].tag == "p" and all(block.tag in ("ul", "ol") for block in rest):
        return [*first[0].children, *rest]
    return list(content)


def _quote(element: _Element) -> list[_Element]:
    content = _blocks(element.children)
    return [_Element("blockquote", None, content)] if content else []


def _pull(element: _Element) -> list[_Element]:
    content = [block for block in _blocks(element.children) if block.tag == "p"]
    return [_Element("aside", {"class": "pull"}, content)] if content else _blocks(element.children)


def _code(element: _Element) -> list[_Element]:
    text = _text(element).replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    if not text.strip():
        return []
    inner = next((child for child in element.children if isinstance(child, _Element) and child.tag == "code"), None)
    language = _LANGUAGE.search(inner.attributes.get("class", "")) if inner else None
    return [_Element("pre", None, [_Element("code", {"class": language[0]} if language else None, [text])])]


def _rule(element: _Element) -> list[_Element]:
    return [_Element("hr")]


def _picture(element: _Element) -> list[_Element]:
    image = _image(element)
    return [_Element("figure", None, [image])] if image else []


def _image(element: _Element) -> _Element | None:
    """Return a picture of ours; one from elsewhere would tell its host who reads what, and is dropped."""
    source = element.attributes.get("src", "").removeprefix(settings.SITE_URL)
    if not source.startswith(settings.MEDIA_URL) or ".." in source or "\\" in source:
        return None
    kept = {"src": source, "alt": _SPACES.sub(" ", element.attributes.get("alt", "")).strip()}
    for name in ("width", "height"):
        if re.fullmatch(r"[1-9][0-9]{0,4}", element.attributes.get(name, "")):
            kept[name] = element.attributes[name]
    return _Element("img", kept)


def _figure(element: _Element) -> list[_Element]:
    """Return a figure: one picture, code, table or quotation with its caption; anything else is taken out of it."""
    captions: list[_Node] = []
    others: list[_Node] = []
    for child in element.children:
        if isinstance(child, _Element) and child.tag == "figcaption":
            captions.extend([*child.children, " "])
        else:
            others.append(child)
    shown: list[_Element] = []
    after: list[_Element] = []
    for block in _blocks(others):
        inner = block.children if block.tag == "figure" else []
        if (
            not shown
            and inner
            and isinstance(inner[0], _Element)
            and inner[0].tag in ("img", "pre", "table", "blockquote")
        ):
            shown.append(inner[0])
            captions[:0] = [*inner[1].children, " "] if len(inner) > 1 and isinstance(inner[1], _Element) else []
        elif not shown and block.tag in ("pre", "table", "blockquote"):
            shown.append(block)
        else:
            after.append(block)
    words = _trimmed(_flat(captions))
    if not shown:
        return [*after, *([_Element("p", None, words)] if words else [])]
    content: list[_Node] = [*shown, *([_Element("figcaption", None, words)] if words else [])]
    return [_Element("figure", None, content), *after]


def _table(element: _Element) -> list[_Element]:
    caption: list[_Node] = []
    head: list[_Node] = []
    rows: list[_Node] = []
    for part in element.children:
        if isinstance(part, str):
            continue
        if part.tag == "caption":
            caption = _cell_words(part.children)
        elif part.tag == "tr":
            rows.extend(_row(part))
        else:
            place = head if part.tag == "thead" and not rows else rows
            for row in part.children:
                if isinstance(row, _Element) and row.tag == "tr":
                    place.extend(_row(row))
    if not head and not rows:
        return []
    content: list[_Node] = []
    if caption:
        content.append(_Element("caption", None, caption))
    if head:
        content.append(_Element("thead", None, head))
    if rows:
        content.append(_Element("tbody", None, rows))
    return [_Element("table", None, content)]


def _row(row: _Element) -> list[_Element]:
    cells: list[_Node] = []
    for cell in row.children:
        if isinstance(cell, _Element) and cell.tag in ("th", "td"):
            kept = {
                name: cell.attributes[name]
                for name in ("colspan", "rowspan")
                if re.fullmatch(r"[1-9][0-9]?", cell.attributes.get(name, "")) and cell.attributes[name] != "1"
            }
            if cell.tag == "th" and cell.attributes.get("scope") in ("col", "row", "colgroup", "rowgroup"):
                kept["scope"] = cell.attributes["scope"]
            cells.append(_Element(cell.tag, kept, _cell_words(cell.children)))
    return [_Element("tr", None, cells)] if any(cell.children for cell in cells if isinstance(cell, _Element)) else []


def _cell_words(nodes: Sequence[_Node]) -> list[_Node]:
    """Return a cell's content as words alone; where there were blocks, lines."""
    words: list[_Node] = []
    for block in _blocks(nodes):
        if words:
            words.append(_Element("br"))
        words.extend(_trimmed(_flat(block.children)))
    return _trimmed(words)


_RULES: dict[str, Callable[[_Element], list[_Element]]] = {
    "p": _paragraph,
    "h2": _heading,
    "h3": _heading,
    "h4": _heading,
    "ul": _list,
    "ol": _list,
    "blockquote": _quote,
    "aside": _pull,
    "pre": _code,
    "hr": _rule,
    "img": _picture,
    "figure": _figure,
    "table": _table,
}


def _flat(nodes: Sequence[_Node]) -> list[_Node]:
    """Return a content without any block: their words stay, divided by a space."""
    flat: list[_Node] = []
    for node in nodes:
        if isinstance(node, str) or (node.tag in _INLINE and not _holds_block(node)):
            flat.append(node)
        elif node.tag not in _VOID:
            flat.extend([" ", *_flat(node.children), " "])
    return flat


def _trimmed(nodes: Sequence[_Node]) -> list[_Node]:
    """Return words with single spaces, without empty elements, and without space or line ends around them."""
    words: list[_Node] = []
    for node in nodes:
        if isinstance(node, str):
            text = _SPACES.sub(" ", node)
            if words and isinstance(words[-1], str):
                words[-1] = _SPACES.sub(" ", words[-1] + text)
            elif text:
                words.append(text)
        elif kept := _inline(node):
            words.append(kept)
    while words and _is_blank(words[0]):
        words.pop(0)
    while words and _is_blank(words[-1]):
        words.pop()
    if words and isinstance(words[0], str):
        words[0] = words[0].lstrip(" ")
    if words and isinstance(words[-1], str):
        words[-1] = words[-1].rstrip(" ")
    return words


def _is_blank(node: _Node) -> bool:
    return not node.strip(" ") if isinstance(node, str) else node.tag == "br"


def _inline(element: _Element) -> _Element | None:
    if element.tag == "br":
        return element
    children: list[_Node] = []
    for child in element.children:
        kept = _SPACES.sub(" ", child) if isinstance(child, str) else _inline(child)
        if isinstance(kept, str) and children and isinstance(children[-1], str):
            children[-1] = _SPACES.sub(" ", children[-1] + kept)
        elif kept:
            children.append(kept)
    if not _text(_Element("", None, children)).strip(" "):
        return None
    attributes: dict[str, str] = {}
    if element.tag == "a":
        href = element.attributes.get("href", "").strip()
        attributes = {"href": href}
        if _leads_away(href):
            attributes["rel"] = "noopener"
    elif element.tag == "abbr" and element.attributes.get("title", "").strip():
        attributes = {"title": element.attributes["title"].strip()}
    return _Element(element.tag, attributes, children)


def _leads_away(href: str) -> bool:
    try:
        host = urlsplit(href).netloc
    except ValueError:
        return True
    return bool(host) and host != urlsplit(settings.SITE_URL).netloc


def _text(element: _Element) -> str:
    parts = (
        child if isinstance(child, str) else "\n" if child.tag == "br" else _text(child) for child in element.children
    )
    return "".join(parts)


def _give_addresses(blocks: Sequence[_Element]) -> None:
    """Give every heading an id made of its words: the same text keeps the same address.

    The prefix keeps them apart from the ids of the page around the text.
    """
    taken: set[str] = set()
    for block in blocks:
        if block.tag in ("h2", "h3"):
            stem = f"s-{slugify(_text(block), allow_unicode=True)[:60].strip('-_')}".rstrip("-")
            name, number = stem, 1
            while name in taken:
                number += 1
                name = f"{stem}-{number}"
            taken.add(name)
            block.attributes = {"id": name}


# Writing.

_LINE_A_CHILD = frozenset({"ul", "ol", "table", "thead", "tbody", "blockquote", "aside"})


def _written(node: _Node) -> str:
    if isinstance(node, str):
        return html.escape(node, quote=False)
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in node.attributes.items())
    if node.tag in _VOID:
        return f"<{node.tag}{attributes}>"
    if node.tag in _LINE_A_CHILD:
        inner = "\n" + "".join(f"{_written(child)}\n" for child in node.children)
    else:
        inner = "".join(_written(child) for child in node.children)
    return f"<{node.tag}{attributes}>{inner}</{node.tag}>"
