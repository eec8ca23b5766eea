"""A reader's text as HTML: a small subset, and nothing that a reader could smuggle in."""

from __future__ import annotations

import re
import sys
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments import markup

TAGS = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
                "<a href='javascript:alert(1)'>x</a>",
                "javascript:alert(1)", "[x](javascript:alert(1))", "![x](https://a.example/x.png)", "<svg/onload=1>",
                "https://a.example/\"onclick=1", "https://a.example/<b>", "http://a.example/?a=1&b=2",
                "data:text/html,1",
                "**", "*", "`", "```", "> ", "- ", "1. ", "\n", "\n\n", "&lt;", "&#x3c;script&#x3e;",
                "<!--", "]]>", "www.a.example", "//a.example/x", "ftp://a.example/x", "mailto:a@a.example",
                "a@a.example",
            ]
        ),
    ),
    max_size=12,
).map("".join)  # fmt: skip


class Reader(HTMLParser):
    """Collects the elements of some HTML with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.other: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


@given(HOSTILE)
def test_nothing_but_the_subset_survives(text: str) -> None:
    read = Reader(markup.render(text))
    assert not read.other
    for tag, attributes in read.elements:
        assert tag in TAGS
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else {"start"} if tag == "ol" else set())
        if tag == "a":
            assert (attributes["href"] or "").startswith(("http://", "https://"))
            assert attributes["rel"] == "nofollow ugc noopener"


@pytest.mark.parametrize(
    "text", ["//shop.example/x", "ftp://shop.example/x", "mailto:rita@shop.example", "rita@shop.example"]
)
def test_only_addresses_of_the_web_become_links(text: str) -> None:
    assert markup.render(text) == f"<p>{text}</p>\n"


@given(HOSTILE)
def test_what_is_rendered_is_safe_to_clean_again(text: str) -> None:
    html = markup.render(text)
    assert markup._CLEANER.clean(html) == html


@given(st.text())
def test_a_tidy_text_stays_as_it_is_and_can_be_stored(text: str) -> None:
    tidied = markup.tidy(text + "\ud800\x00\u202e\r\n")
    assert markup.tidy(tidied) == tidied
    assert "\x00" not in tidied
    tidied.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\nline\n\nTwo", "<p>One<br>\nline</p>\n<p>Two</p>"),
        ("*meant* and **strong**", "<p><em>meant</em> and <strong>strong</strong></p>"),
        ("`code`", "<p><code>code</code></p>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("# no heading", "<p># no heading</p>"),
        ("![no](https://a.example/x.png)", None),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"),
    ],
)
def test_the_subset(text: str, html: str | None) -> None:
    rendered = markup.render(text).strip()
    if html is None:
        assert "<img" not in rendered
    else:
        assert rendered == html


# The worst that a search over all pairs of such pieces found: links, then lists, quotes and runs of emphasis.
PIECES = [
    "://",
    "http://a.b/((",
    "//a.b ",
    "a.com ",
    "- a\n",
    "* a\n",
    "> a\n\n",
    "> ",
    "- ",
    "1. ",
    "*",
    "_",
    "*_",
    "**a",
]
PIECES += ["`", "*`", "[", "\\*", "a\n", "a@", "www.", "mailto:", "> - ", "```\n", "\n", " ", "é.com ", "\u0301"]
STEPS = 110  # calls of functions, Python's and others', for a byte; plain words take less than one


def steps(text: str) -> int:
    """How much work it is to render a text: counted, for a clock says more about the machine."""
    count = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    markup._read.cache_clear()
    before = sys.getprofile()
    sys.setprofile(called)
    try:
        markup.render(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("piece", PIECES)
def test_the_work_grows_with_the_length_alone(piece: str) -> None:
    text = (piece * markup.MAX_BYTES)[: markup.MAX_BYTES // 4]
    assert steps(text) < STEPS * len(text.encode())


@settings(deadline=None)  # the clock of a busy machine says nothing
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.integers(1, 200))
def test_no_mixture_takes_more_work_than_its_length(pieces: list[str], times: int) -> None:
    text = ("".join(pieces) * times)[:1000]
    assert steps(text) < 500 + STEPS * len(text.encode())


def test_more_addresses_than_a_form_takes_stay_without_links() -> None:
    text = "https://a.example/x " * markup.MAX_ADDRESSES
    assert markup.render(text).count("<a ") == markup.MAX_ADDRESSES
    assert "<a " not in markup.render(text + "https://a.example/x")
    assert "<em>" in markup.render(text + "https://a.example/x *still*")


# What reads as markup, in any order: levels of lists and quotes, fences with words behind them, emphasis, code.
MARKS = [
    "> ",
    ">",
    "- ",
    "* ",
    "1. ",
    "9. ",
    "  ",
    "    ",
    "\n",
    "\n\n",
    "```",
    "```\n",
    "``` ",
    "~~~~ ",
    "`",
    "*",
    "**",
    "_",
]
MARKS += ["\t", "\\", "![", "](", "# ", "---\n", "&amp;", "<b>", "|", "[^1]: ", "[a]: "]


def seen(html: str) -> str:
    """What a reader sees of some HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html))


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(st.sampled_from(MARKS), max_size=6), st.integers(1, 12)), min_size=1, max_size=12))
def test_no_word_of_a_text_is_lost(parts: list[tuple[list[str], int]]) -> None:
    words = [f"w{number}x" for number in range(len(parts))]
    text = "".join("".join(marks) * times + " " + word for (marks, times), word in zip(parts, words, strict=True))
    html = seen(markup.render(text))
    assert [word for word in words if word not in html] == []


def nested(mark: str, levels: int) -> str:
    """Lists or quotes in one another, a word at each level."""
    if mark == ">":
        return "\n".join(f"{'>' * level} word{level}" for level in range(1, levels + 1))
    return "\n".join(f"{'  ' * level}{mark} word{level}" for level in range(levels))


@pytest.mark.parametrize("mark", [">", "-", "*"])
def test_lists_and_quotes_stand_as_deep_as_a_form_takes_them(mark: str) -> None:
    tag = "<blockquote>" if mark == ">" else "<ul>"
    html = markup.render(nested(mark, markup.MAX_DEPTH))
    assert html.count(tag) == markup.MAX_DEPTH
    assert not markup.is_too_deep(nested(mark, markup.MAX_DEPTH))


@pytest.mark.parametrize("levels", [markup.MAX_DEPTH + 1, 19, 20, 60])
@pytest.mark.parametrize("mark", [">", "-", "*"])
def test_what_stands_deeper_is_printed_as_it_was_typed(mark: str, levels: int) -> None:
    text = nested(mark, levels)
    assert markup.is_too_deep(text)
    html = markup.render(text)
    assert not {"<ul>", "<blockquote>"} & set(re.findall("<[a-z]+>", html))
    assert seen(html).split() == text.split()


def test_quotes_in_quotes_end_somewhere() -> None:
    text = "> " * 4_999 + "x"
    assert markup.is_too_deep(text)
    assert seen(markup.render(text)) == f"{text}\n"


def test_the_name_of_a_language_is_none_of_the_words() -> None:
    assert markup.render("```python\nx = 1\n```") == "<pre><code>x = 1\n</code></pre>\n"
    assert markup.render("``` As he said:\nx = 1\n```") == "<pre><code>As he said:\nx = 1\n</code></pre>\n"


@pytest.mark.parametrize(
    ("html", "shows"), [("<p></p>", False), ("<p>\u200b \u2060</p>", False), ("<p>x</p>", True), ("<p>👍</p>", True)]
)
def test_whether_a_reader_would_see_anything(html: str, shows: bool) -> None:
    assert markup.shows(html) is shows


@pytest.mark.parametrize("tail", ["%E2%80%AEtxt.exe", "%01", "%EF%BF%BF", "%C2%85", "%E2%80%8B"])
def test_a_link_brings_back_no_character_that_was_taken_out(tail: str) -> None:
    html = markup.render(f"Details: https://a.example/{tail} and more.")
    assert f">https://a.example/{tail}</a> and more." in html
    assert markup.tidy(html) == html


def test_a_link_to_a_look_alike_reads_as_where_it_leads() -> None:
    assert ">https://xn--80ak6aa92e.com/</a>" in markup.render("See https://xn--80ak6aa92e.com/ there.")


# Letters of other alphabets that look Latin, alone and among Latin ones, and signs that look like a slash or a dot.
LOOK_ALIKES = [
    ("http://\u0430\u0440\u0440\u04cf\u0435.com", "http://xn--80ak6aa92e.com"),
    ("\u0430\u0440\u0440\u04cf\u0435.com/\u00e4?q=1", "xn--80ak6aa92e.com/\u00e4?q=1"),
    ("https://p\u0430ypal.com/%E2%80%AE", "https://xn--pypal-4ve.com/%E2%80%AE"),
    ("https://www.\u03bf\u03c1\u03b5\u03bd.com", "https://www.xn--qxaqei.com"),
    ("https://m\u0131crosoft.com", "https://xn--mcrosoft-tkb.com"),
    ("https://goog\u0142e.com", "https://xn--googe-n7a.com"),
    ("https://apple.com\u2044x.evil.example/", "https://apple.xn--comx-2g7a.evil.example/"),
]
HONEST = [
    "https://b\u00fccher.example/",
    "https://fa\u00df.example/",
    "https://\u043f\u0440\u0435\u0437\u0438\u0434\u0435\u043d\u0442.example/",
    "https://\u0441\u0431\u0435\u0440\u0431\u0430\u043d\u043a.example/",
    "https://\u4f8b\u3048\u30c6\u30b9\u30c8.example/",
    "https://\u0627\u0644\u0645\u063a\u0631\u0628.example/",
    "https://\u03ba\u03cc\u03c3\u03bc\u03bf\u03c2.example/",
    "https://\u0939\u093f\u0928\u094d\u0926\u0940.example/",
    "HTTPS://News.Example/A",
]


@pytest.mark.parametrize(("typed", "printed"), LOOK_ALIKES)
def test_the_host_of_a_link_that_reads_as_another_is_printed_in_ascii(typed: str, printed: str) -> None:
    html = markup.render(f"See {typed} there.")
    assert f">{printed}</a> there." in html
    assert html.count("<a ") == 1
    assert markup.hosts_spelled_out(f"> See *{typed}* there,\n{typed}") == f"> See *{printed}* there,\n{printed}"


@pytest.mark.parametrize("typed", HONEST)
def test_the_host_of_a_link_in_letters_of_one_language_stays_as_typed(typed: str) -> None:
    assert f">{typed}</a> there." in markup.render(f"See {typed} there.")
    assert markup.hosts_spelled_out(typed) == typed
