"""Posting a comment: what is taken, answered, previewed, and given back to be mended with nothing lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments import forms
from comments.models import Comment, Policy, Writer
from comments.receipts import receipt_url
from comments.triage import refusals
from tests.comments.posting import FORM, RITA, body, post, raw, text
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db


# Taken.


def test_a_comment_is_taken_and_answered_with_its_receipt(client: Client) -> None:
    response = post(client, make_article())
    comment = Comment.objects.get()
    assert response.status_code == 303
    assert response.headers["Location"] == receipt_url(comment)
    assert comment.status == "pending"
    assert (comment.name, comment.text) == (RITA["name"], RITA["comment"])


def test_the_article_page_has_the_form_with_its_notes_and_fields(client: Client) -> None:
    article = make_article()
    page = text(client.get(article.get_absolute_url()))
    assert "Leave a Reply</h2>" in page
    assert "Your email address will not be published. Required fields are marked" in page
    assert "Save my name, email, and website in this browser for the next time I comment." in page
    names = [page.index(f'name="{name}"') for name in ("comment", "name", "email", "website")]
    assert names == sorted(names), "the fields stand in the order of the promise"
    for autocomplete in ("name", "email", "url"):
        assert f'autocomplete="{autocomplete}"' in page
    assert "Post comment" in page
    assert "Preview" in page


def test_the_form_that_the_article_page_prints_is_taken_as_it_stands(client: Client) -> None:
    article = make_article()
    page = client.get(article.get_absolute_url()).content.decode()
    token = page.split('name="token" value="')[1].split('"')[0]
    assert post(client, article, token=token).status_code == 303


@pytest.mark.usefixtures("noon")
def test_two_readers_get_the_same_bytes_and_no_cookie() -> None:
    article = make_article()
    first, second = (Client().get(article.get_absolute_url()) for _ in range(2))
    assert first.content == second.content
    assert "csrf" not in first.content.decode().lower()
    assert "Set-Cookie" not in first.headers


def test_no_answer_to_a_guest_sets_a_cookie_or_may_be_kept(client: Client) -> None:
    article = make_article()
    answers = [
        client.get(f"/comments/on/{article.slug}/"),
        post(client, article),
        post(client, article, email="nonsense"),
        client.get("/comments/on/nowhere/"),
        client.get("/comments/999/"),
    ]
    for response in answers:
        assert "Set-Cookie" not in response.headers
        assert "no-store" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]


def test_an_address_that_no_mail_from_outside_reaches_is_refused(client: Client) -> None:
    sentence = "This is not a whole email address. Write it like name@example.org"
    article = make_article()
    comment = make_comment(article=article)
    answers = [
        post(client, article, email="rita@localhost"),
        client.post(f"/comments/{comment.pk}/report/", {"reason": "illegal", "email": "rita@localhost"}),
        client.post("/comments/my-data/", {"email": "rita@localhost"}),
    ]
    for response in answers:
        assert (response.status_code, sentence in text(response)) == (422, True), response.request["PATH_INFO"]


def test_a_post_needs_no_csrf_token() -> None:
    assert post(Client(enforce_csrf_checks=True), make_article()).status_code == 303


def test_a_post_to_an_old_slug_is_taken_and_not_redirected(client: Client) -> None:
    article = make_article(slug="old-name")
    article.slug = "new-name"
    article.save()
    assert post(client, article, slug="old-name").status_code == 303
    assert Comment.objects.get().article == article


def test_a_multipart_post_is_taken(client: Client) -> None:
    article = make_article()
    assert client.post(f"/comments/on/{article.slug}/", {**RITA, "token": forms.form_token(article)}).status_code == 303


def test_a_website_without_a_scheme_becomes_a_web_address(client: Client) -> None:
    post(client, make_article(), website="rita.example")
    assert Comment.objects.get().website == "https://rita.example"


def test_an_answer_knows_its_parent(client: Client) -> None:
    parent = make_comment()
    assert post(client, parent.article, reply=str(parent.pk)).status_code == 303
    assert Comment.objects.latest("pk").parent == parent


def test_the_same_address_in_other_letters_is_the_same_writer(client: Client) -> None:
    article = make_article()
    post(client, article)
    post(client, article, comment="Another one.", email="RITA@Reader.Example")
    assert Writer.objects.count() == 1


# The reply page.


def test_the_reply_page_quotes_the_comment_that_is_answered(client: Client) -> None:
    parent = make_comment(text="The capacity clause is the story.")
    page = text(client.get(f"/comments/on/{parent.article.slug}/?reply={parent.pk}"))
    assert "The capacity clause is the story." in page
    assert f'name="reply" value="{parent.pk}"' in page


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_a_comment_that_is_not_public_cannot_be_answered_or_quoted(client: Client, status: str) -> None:
    parent = make_comment(text="Nobody may see these words.", name="Quiet Quentin", status=status)
    address = f"/comments/on/{parent.article.slug}/"
    page = client.get(f"{address}?reply={parent.pk}")
    answer = post(client, parent.article, reply=str(parent.pk))
    assert (page.status_code, answer.status_code) == (404, 422)
    for response in (page, answer):
        assert "is not shown here" in text(response)
        assert "Nobody may see these words." not in text(response)
        assert "Quiet Quentin" not in text(response)
    assert RITA["comment"] in text(answer)
    assert not Comment.objects.exclude(pk=parent.pk).exists()


@pytest.mark.parametrize("asked", ["999999", "0", "-1", "x", "1e3", "९", "9" * 40])
def test_an_answer_to_no_comment_gets_the_form_with_a_sentence(client: Client, asked: str) -> None:
    article = make_article()
    assert client.get(f"/comments/on/{article.slug}/", {"reply": asked}).status_code == 404
    answer = post(client, article, reply=asked)
    assert answer.status_code == 422
    assert RITA["comment"] in text(answer)


def test_a_comment_of_another_article_cannot_be_answered_here(client: Client) -> None:
    elsewhere, article = make_comment(), make_article()
    assert client.get(f"/comments/on/{article.slug}/?reply={elsewhere.pk}").status_code == 404
    assert post(client, article, reply=str(elsewhere.pk)).status_code == 422
    assert Comment.objects.count() == 1


# Preview.


def test_a_preview_shows_what_would_stand_there_and_writes_nothing(client: Client) -> None:
    response = post(client, make_article(), preview="1", comment="This is *meant*.")
    assert response.status_code == 200
    assert "<em>meant</em>" in response.content.decode()
    assert "This is *meant*.</textarea>" in response.content.decode()
    assert not Comment.objects.exists()
    assert not Writer.objects.exists()


def test_a_preview_is_what_is_published_but_for_its_place(client: Client) -> None:
    article = make_article()
    parent = make_comment(article, name="Dana <W>")
    fields = {
        "comment": "One *word*, `code`,\nhttps://host.example/?a=1&b=2\n\n> quoted\n\n- listed <b>",
        "name": "Rita “&” Moreau",
        "website": "rita.example",
        "reply": str(parent.pk),
    }
    shown = re.search(
        r'<article class="comment.*?</article>', post(client, article, preview="1", **fields).content.decode(), re.S
    )
    assert post(client, article, **fields).status_code == 303
    comment = Comment.objects.latest("pk")
    comment.approve(by=make_moderator())
    page = client.get(article.get_absolute_url()).content.decode()
    published = re.search(rf'<article class="comment" id="c-{comment.pk}".*?</article>', page, re.S)
    assert shown
    assert published
    expected = re.sub(r' id="c-\d+" data-at="\d+"', "", published[0])
    expected = re.sub(r'<a class="comment__time".*?</a>|<p class="comment__acts">.*?</p>', "", expected)
    expected = expected.replace(f'href="#c-{parent.pk}"', f'href="/comments/{parent.pk}/"')
    assert shown[0] == expected


def test_many_previews_in_a_minute_have_to_wait_and_keep_the_text(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(refusals, "PREVIEWS", 2)
    article = make_article()
    answers = [post(client, article, preview="1", comment="Polished *often*.") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    page = answers[2].content.decode()
    assert "then press “Preview” again." in page
    assert "Polished *often*.</textarea>" in page
    assert 'value="rita@reader.example"' in page
    assert "<em>" not in page
    assert post(client, article).status_code == 303, "a comment is counted apart"


@pytest.mark.parametrize("address", ["://", "shop.com "])
def test_too_many_addresses_are_told(client: Client, address: str) -> None:
    response = post(client, make_article(), comment=address * 51)
    assert response.status_code == 422
    assert "Use at most 50 web addresses; this comment has 51." in text(response)


def test_the_guidelines_stand_above_the_form(client: Client) -> None:
    article = make_article()
    Policy(guidelines="Be *kind*.").save()
    for address in (article.get_absolute_url(), f"/comments/on/{article.slug}/"):
        page = client.get(address).content.decode()
        assert 0 < page.index("<p>Be <em>kind</em>.</p>") < page.index('id="id_comment"')


def test_who_answers_begins_in_the_field_and_hears_whom(client: Client) -> None:
    parent = make_comment(name="Dana")
    page = client.get(f"/comments/on/{parent.article.slug}/?reply={parent.pk}").content.decode()
    field = re.search(r"<textarea[^>]*>", page)
    assert field
    assert " autofocus" in field[0]
    assert 'aria-describedby="answering id_comment_helptext"' in field[0]
    assert '<h2 class="sub" id="answering">You are answering <bdi>Dana</bdi></h2>' in page


def test_a_preview_with_an_error_shows_both(client: Client) -> None:
    response = post(client, make_article(), preview="1", comment="This is *meant*.", email="rita")
    assert response.status_code == 422
    assert "<em>meant</em>" in response.content.decode()
    assert "This is not a whole email address." in text(response)


# Something to mend.

BAD = [
    ("comment", "", "Write your comment."),
    ("comment", "  \n\t ", "Write your comment."),
    ("comment", "\u200b\u200d", "Write your comment."),
    ("comment", ">", "Write your comment."),
    ("comment", ">" * 200 + " deep quote", "Lists and quotes may stand at most 9 levels deep."),
    ("comment", "\n".join(f"{'  ' * level}- item {level}" for level in range(60)), "at most 9 levels deep."),
    ("comment", "x" * 10_001, "Use at most 10 kB"),
    ("comment", "ю" * 5_001, "Use at most 10 kB"),
    ("name", "", "Write the name that stands above your comment."),
    ("name", "\u200b \u2060", "Use letters that can be seen."),
    ("name", "\u3164\u2800", "Use letters that can be seen."),
    ("name", "R" * 81, "Use at most 80 characters; this name has 81."),
    ("name", "Rita\r\nBcc: all@reader.example", "Write your name on one line."),
    ("name", "rita@reader.example", "This is your email address. Write the name that stands above your comment."),
    ("name", "RITA (Rita@Reader.Example)", "This is your email address."),
    ("name", "Rita <rita.moreau@work.example>", "This is your email address."),
    (
        "comment",
        "Write to Rita@READER.example.",
        "Your comment holds the email address that we promise not to publish.",
    ),
    ("comment", "> _rita@reader.example_ and more", "Take it out."),
    ("email", "", "Write your email address; readers never see it."),
    ("email", "rita", "This is not a whole email address."),
    ("email", "rita@reader", "This is not a whole email address."),
    ("email", "rita@reader.example\nBcc: all@reader.example", "This is not a whole email address."),
    ("email", "r" * 250 + "@reader.example", "An email address has at most 254 characters"),
    ("website", "rita dot example", "This is not a web address."),
    ("website", "javascript:alert(1)", "This is not a web address."),
    ("website", "ftp://rita.example", "This is not a web address."),
    ("website", "http://[::1", "This is not a web address."),
    ("website", "https://rita.example/" + "x" * 200, "Use at most 200 characters"),
]


@pytest.mark.parametrize(("field", "value", "sentence"), BAD)
def test_a_bad_field_is_named_and_everything_is_kept(client: Client, field: str, value: str, sentence: str) -> None:
    response = post(client, make_article(), **{"website": "https://rita.example/", field: value})
    page = text(response)
    assert response.status_code == 422
    assert re.sub(r'data-long="[^"]*"', "", page).count(sentence) == 2, "once in the summary, once at the field"
    assert f'href="#id_{field}"' in page
    assert "autofocus" in page
    for name, kept in {**RITA, "website": "https://rita.example/", field: value}.items():
        assert kept.replace("\r\n", "\n").strip() in page, name
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "@rita@reader.social"},  # how people sign elsewhere
        {"comment": "Ask the press office: press@reader.example."},
        {"comment": "Ask marguerita@reader.example, da.rita@reader.example or rita@reader.example.net."},
    ],
)
def test_a_handle_and_the_address_of_somebody_else_are_taken(client: Client, fields: dict[str, str]) -> None:
    assert post(client, make_article(), **fields).status_code == 303


def test_an_address_is_known_however_its_host_is_written(client: Client) -> None:
    text_of_it = "Write to rita@B\u00dcCHER.example, please."
    assert post(client, make_article(), email="rita@xn--bcher-kva.example", comment=text_of_it).status_code == 422


def test_the_field_in_error_is_described_for_screen_readers(client: Client) -> None:
    page = post(client, make_article(), email="rita").content.decode()
    field = page.split('name="email"')[1].split(">")[0]
    described = field.split('aria-describedby="')[1].split('"')[0].split()
    assert 'aria-invalid="true"' in field
    for name in described:
        assert f'id="{name}"' in page, "every description exists"


def test_a_missing_field_is_asked_for(client: Client) -> None:
    assert post(client, make_article(), comment=None, name=None).status_code == 422


@pytest.mark.parametrize("hostile", ["\x00", "\x07", "\u202e", "\u2066", "\x1b[31m", "\u2028"])
def test_controls_and_turned_directions_are_left_out(client: Client, hostile: str) -> None:
    response = post(client, make_article(), comment=f"One{hostile}two", name=f"Ri{hostile}ta")
    comment = Comment.objects.filter(status="pending").first()
    if hostile == "\u2028":  # it is a line's end, which a name may not have
        assert response.status_code == 422
        return
    assert response.status_code == 303
    assert comment is not None
    assert hostile[0] not in comment.text + comment.html + comment.name


def test_invalid_utf8_is_taken_with_replacement_marks(client: Client) -> None:
    article = make_article()
    sent = body(article, comment="X").replace(b"comment=X", b"comment=caf%E9+%ED%A0%80+%FF")
    assert raw(client, article, sent).status_code == 303
    assert Comment.objects.get().text.startswith("caf\ufffd")


def test_a_lone_surrogate_never_reaches_the_database(client: Client) -> None:
    article = make_article()
    response = raw(client, article, body(article, comment="a\\ud800b"), f"{FORM}; charset=raw_unicode_escape")
    assert response.status_code == 415
    assert not Comment.objects.exists()


def test_joiners_and_scripts_of_the_world_stay_as_typed(client: Client) -> None:
    words = "می‌خواهم 👩‍💻 שלום\u200f क्‍ष"
    post(client, make_article(), comment=words)
    assert Comment.objects.get().text == words


def test_the_page_says_how_long_a_moderator_usually_takes(client: Client) -> None:
    comment = make_comment(status="pending", created_at=timezone.now() - timedelta(minutes=20))
    url = f"/comments/on/{comment.article.slug}/"
    assert "A moderator reads it" not in text(client.get(url))
    max_ = make_moderator()
    for number in range(5):
        waiting = make_comment(
            text=f"Remark {number}.", status="pending", created_at=timezone.now() - timedelta(minutes=20)
        )
        waiting.approve(by=max_)
    assert "A moderator reads it before readers do: 20 min, usually." in " ".join(text(client.get(url)).split())
