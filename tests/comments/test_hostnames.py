"""Hosts as browsers ask for them: in links, in websites, in blocks, in what moderators are shown."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from comments import hosts, markup
from comments.addresses import address_key
from comments.hostnames import as_asked_for, host_of, in_letters
from comments.models import Block, Comment
from tests.comments.posting import post
from tests.factories import make_article, make_moderator

# As browsers map them: https://www.unicode.org/reports/tr46/, table 1 and the deviation characters.
MAPPED = [
    ("fa\u00df.example", "xn--fa-hia.example"),  # IDNA 2003 made it fass.example
    ("Fa\u1e9e.example", "xn--fa-hia.example"),
    ("\uff25\uff36\uff29\uff2c.example", "evil.example"),  # wide letters
    ("evil\u00ad.example", "evil.example"),  # a soft hyphen
    ("EVIL\u3002example", "evil.example"),  # an ideographic full stop
    ("b\u00fccher.example", "xn--bcher-kva.example"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("\u2603.example", "xn--n3h.example"),
    ("a_b.example", "a_b.example"),
]


@pytest.mark.parametrize(("typed", "asked_for"), MAPPED)
def test_a_host_is_named_as_browsers_ask_for_it(typed: str, asked_for: str) -> None:
    assert as_asked_for(typed) == asked_for


@pytest.mark.parametrize(("typed", "asked_for"), MAPPED)
def test_the_desk_names_the_host_that_link_and_website_lead_to(typed: str, asked_for: str) -> None:
    text = f"See https://{typed}/help there."
    linked = hosts.spelled_out(Comment(text=text, html=markup.render(text)))
    if "_" not in typed and "\u3002" not in typed:  # of these, no link is made at all, or one to what stands before
        assert [host.name for host in linked] == [asked_for]
    named = hosts.spelled_out(Comment(website=f"https://{typed}/"))
    assert [host.name for host in named] == [asked_for]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["fa\u00df.example", "\uff25\uff36\uff29\uff2c.example", "evil\u00ad.example"])
def test_a_block_meets_its_host_however_it_is_written(typed: str) -> None:
    block = Block(kind="link", value=f"https://www.{typed}/", effect="spam")
    block.full_clean()
    block.keep(by=make_moderator())
    for fields in ({"comment": f"See https://{typed}/ for more."}, {"website": f"https://{as_asked_for(typed)}/"}):
        post(Client(), make_article(), **fields)
        assert Comment.objects.latest("pk").status == "spam"
    assert address_key(f"rita@{typed}") == f"rita@{as_asked_for(typed)}"


@pytest.mark.django_db
def test_a_website_in_wide_letters_slips_past_no_block() -> None:
    Block.objects.create(kind="link", value="evil.example", effect="spam")
    post(Client(), make_article(), website="https://\uff25\uff36\uff29\uff2c.example/")
    assert Comment.objects.get().status == "spam"


def test_a_backslash_is_a_slash_to_a_browser() -> None:
    assert host_of("https://good.example\\@evil.example/") == "good.example"
    assert host_of("evil.example/path") == "evil.example"


@given(st.text(max_size=30))
def test_any_name_has_one_answer_or_a_refusal(name: str) -> None:
    try:
        asked_for = as_asked_for(name)
    except ValueError:
        return
    assert asked_for.isascii()
    assert as_asked_for(asked_for) == asked_for
    letters = in_letters(asked_for)
    assert letters == asked_for or as_asked_for(letters) == asked_for


@given(
    st.text("abXß.\u00ad\u200d\u202e\uff25\u3002/:@?#-_xn\u0378", max_size=25).map(lambda host: f"https://{host}/ x")
)
def test_every_link_leads_somewhere_that_moderators_are_shown(text: str) -> None:
    html = markup.render(text)
    assert html.count("<a ") == html.count("<a href=")
    for address in hosts._HREF.findall(html):
        assert host_of(address) == (urlsplit(address).hostname or "").lower()


def test_controls_hidden_in_punycode_are_not_decoded() -> None:
    name = "xn--" + "evil\u202e".encode("punycode").decode() + ".example"
    assert in_letters(name) == name


# As the URL Standard reads them: https://url.spec.whatwg.org/#concept-ipv4-parser
@pytest.mark.parametrize(
    ("typed", "asked_for"),
    [
        ("evil.example.", "evil.example"),
        ("3221225994", "192.0.2.10"),
        ("0xC0.0.2.10", "192.0.2.10"),
        ("192.0.522", "192.0.2.10"),
        ("0300.0.2.012", "192.0.2.10"),
        ("\uff11\uff19\uff12.0.2.10", "192.0.2.10"),
    ],
)
def test_an_address_in_numbers_is_the_one_in_four(typed: str, asked_for: str) -> None:
    assert as_asked_for(typed) == asked_for


@pytest.mark.parametrize("typed", ["256.0.0.1", "1.2.3.4.5", "4294967296", "evil.1", "089.0.0.1"])
def test_numbers_that_are_no_address_lead_nowhere(typed: str) -> None:
    with pytest.raises(ValueError, match=r"no address in numbers|invalid literal"):
        as_asked_for(typed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"website": "http://evil.example./"}, {"comment": "See http://3221225994/ for the whole of it."}]
)
def test_no_other_spelling_of_a_host_slips_past_its_block(fields: dict[str, str]) -> None:
    for value in ("evil.example", "192.0.2.10"):
        Block.objects.create(kind="link", value=value, effect="spam")
    post(Client(), make_article(), **fields)
    assert Comment.objects.get().status == "spam"
