"""The editors' HTML: safe whatever was put in, the same when cleaned twice, one block a line."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import markup

TAGS = (
    "p h1 h2 h3 h4 h5 ul ol li blockquote pre code em strong b i a figure figcaption img table caption thead tbody "
    "tfoot tr th td aside hr br sub sup kbd abbr div section span script style svg iframe form input details dl dt dd"
)
ATTRIBUTES = (
    "",
    ' href="https://other.example/a?b=1&amp;c=2"',
    ' href="javascript:alert(1)"',
    ' href="/2026/03/a/"',
    ' onclick="alert(1)"',
    ' style="color:red"',
    ' id="comments"',
    ' class="language-python"',
    ' src="/media/heroes/aa/b.webp" alt="A &quot;b&quot;"',
    ' src="https://tracker.example/x.gif" onerror="alert(1)"',
    ' colspan="2" rowspan="x" scope="col"',
    ' title="T"',
    ' start="3"',
)
ALLOWED = "href rel src alt width height title class id scope colspan rowspan start"
WORDS = st.text(alphabet="ab <>&\"'\n\t\xa0\u202eé\x00\x0b\ud800", max_size=8)
PIECES = st.one_of(
    WORDS,
    st.builds(lambda tag, attribute: f"<{tag}{attribute}>", st.sampled_from(TAGS.split()), st.sampled_from(ATTRIBUTES)),
    st.builds(lambda tag: f"</{tag}>", st.sampled_from(TAGS.split())),
)
HTML = st.lists(PIECES, max_size=30).map("".join)
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(HTML)
def test_what_is_clean_stays_as_it_is(body: str) -> None:
    once = markup.clean(body)
    assert markup.clean(once) == once


@MANY
@given(HTML)
def test_nothing_that_acts_or_calls_another_host_survives(body: str) -> None:
    clean = markup.clean(body)
    tags = re.findall(r"<(/?[a-z0-9]+)((?: [a-z]+=\"[^\"<>]*\")*)>", clean)
    assert len(tags) == clean.count("<")  # nothing is written but whole tags with quoted attributes
    for tag, attributes in tags:
        assert tag.strip("/") in markup._BLOCKS | markup._INLINE | markup._TABLE | {"li", "figcaption"}
        assert set(re.findall(r" ([a-z]+)=", attributes)) <= set(ALLOWED.split())
        assert 'href="javascript' not in attributes
        assert 'src="http' not in attributes


@MANY
@given(st.lists(st.text(alphabet="abc &<>'\"é", min_size=1, max_size=12), min_size=1, max_size=6))
def test_words_are_kept_whatever_stands_around_them(words: list[str]) -> None:
    blocks = [f"<{tag}>{escape(text)}</{tag}>" for tag, text in zip(["p", "h2", "blockquote"] * 2, words, strict=False)]
    assert markup.plain(markup.clean("".join(blocks))) == " ".join(" ".join(words).split())


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        ("<h1>One</h1>", '<h2 id="s-one">One</h2>'),
        ("<h2>One</h2><h2>One</h2>", '<h2 id="s-one">One</h2>\n<h2 id="s-one-2">One</h2>'),
        ("<h2></h2><p> </p><p><br></p>", ""),
        ("loose words", "<p>loose words</p>"),
        ("<div>a</div><div>b</div>", "<p>a</p>\n<p>b</p>"),
        ("<p>a<b>b</b><i>c</i></p>", "<p>a<strong>b</strong><em>c</em></p>"),
        ("<ul><li><p>a</p></li><li>b</li></ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ('<ol start="4"><li>a</li></ol>', '<ol start="4">\n<li>a</li>\n</ol>'),
        ("<aside>said</aside>", '<aside class="pull">\n<p>said</p>\n</aside>'),
        ("<pre>a\n  b</pre>", "<pre><code>a\n  b</code></pre>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ('<p><a href="javascript:alert(1)">go</a></p>', "<p>go</p>"),
        (
            '<p><a href="https://other.example/" target="_blank">go</a></p>',
            '<p><a href="https://other.example/" rel="noopener">go</a></p>',
        ),
        (
            '<p><a href="https://news.example/2026/">ours</a></p>',
            '<p><a href="https://news.example/2026/">ours</a></p>',
        ),
        ('<p><img src="https://tracker.example/x.gif"></p>', ""),
        ('<img src="/media/../secret">', ""),
        (
            '<p>a<img src="/media/heroes/aa/b.webp" alt="B">c</p>',
            '<p>a</p>\n<figure><img src="/media/heroes/aa/b.webp" alt="B"></figure>\n<p>c</p>',
        ),
        (
            '<figure><img src="https://news.example/media/b.webp"><figcaption><p>Cap</p></figcaption></figure>',
            '<figure><img src="/media/b.webp" alt=""><figcaption>Cap</figcaption></figure>',
        ),
        ("<figure><figcaption>alone</figcaption></figure>", "<p>alone</p>"),
        (
            "<table><tr><th scope=col>A</th><td><p>1</p><p>2</p></td></tr></table>",
            '<table>\n<tbody>\n<tr><th scope="col">A</th><td>1<br>2</td></tr>\n</tbody>\n</table>',
        ),
    ],
)
def test_every_spelling_of_a_text_becomes_the_same_lines(given_html: str, kept: str) -> None:
    assert markup.clean(given_html) == kept


def test_a_body_nested_ten_thousand_deep_is_flattened_and_its_words_are_kept() -> None:
    body = "<blockquote>" * 10_000 + "deep" + "</blockquote>" * 10_000
    assert markup.plain(markup.clean(body)) == "deep"


def test_characters_that_no_page_can_hold_are_dropped() -> None:
    assert markup.clean("<p>a\x00b\ud800c\x0bd</p>") == "<p>abcd</p>"


def test_words_next_to_emphasis_stay_one_word() -> None:
    assert markup.plain("<p><em>un</em>likely</p>\n<p>next</p>") == "unlikely next"


def test_the_contents_name_every_heading_of_the_second_rank() -> None:
    body = markup.clean("<h2>What <em>it</em> costs &amp; why</h2><p>a</p><h3>Not this</h3><h2>When</h2>")
    assert markup.headings(body) == [("s-what-it-costs-why", "What it costs & why"), ("s-when", "When")]


def test_a_heading_keeps_its_address_when_the_text_around_it_changes() -> None:
    before = markup.headings(markup.clean("<h2>One</h2><h2>Two</h2>"))
    after = markup.headings(markup.clean("<p>new</p><h2>Zero</h2><h2>One</h2><h2>Two</h2>"))
    assert after[1:] == before


def test_on_the_page_the_lede_is_marked_and_wide_things_scroll_by_keyboard() -> None:
    body = markup.clean(
        "<p>a</p><p>b</p><table><caption>Sums</caption><tr><td>1</td></tr></table><pre>code</pre>"
        '<img src="/media/a.webp">'
    )
    page = markup.for_page(body)
    assert page.startswith('<p class="article__lede">a</p>\n<p>b</p>')
    assert '<div class="table" role="region" aria-label="Sums" tabindex="0"><table>' in page
    assert page.count("</table></div>") == 1
    assert '<pre tabindex="0">' in page
    assert '<img loading="lazy" decoding="async" src="/media/a.webp"' in page


def test_in_a_feed_every_address_can_be_followed_from_anywhere() -> None:
    body = markup.clean(
        '<p><a href="/2026/03/a/?x=1&amp;y=2">a</a> <a href="https://o.example/">o</a></p><img src="/media/a.webp">'
    )
    absolute = markup.with_absolute_links(body, "https://news.example/")
    assert 'href="https://news.example/2026/03/a/?x=1&amp;y=2"' in absolute
    assert 'href="https://o.example/"' in absolute
    assert 'src="https://news.example/media/a.webp"' in absolute
