"""Posting a comment: what is taken, what is not, and that no text is ever lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import forms, networks
from comments.models import Comment, FloodWindow, Policy, Thread, Writer
from comments.receipts import receipt_url
from comments.triage import refusals
from tests.comments.posting import RITA, post, text
from tests.factories import make_article, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


def raw(client: Client, article: Article, body: bytes, content_type: str = FORM, **extra: str):
    return client.post(f"/comments/on/{article.slug}/", body, content_type=content_type, **extra)


def body(article: Article, **fields: str) -> bytes:
    return urlencode({**RITA, "token": forms.form_token(article), **fields}).encode()


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


def test_too_many_addresses_are_told(client: Client) -> None:
    response = post(client, make_article(), comment="://" * 51)
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
    ("comment", "x" * 10_001, "Use at most 10 kB"),
    ("comment", "ю" * 5_001, "Use at most 10 kB"),
    ("name", "", "Write the name that stands above your comment."),
    ("name", "\u200b \u2060", "Use letters that can be seen."),
    ("name", "\u3164\u2800", "Use letters that can be seen."),
    ("name", "R" * 81, "Use at most 80 characters; this name has 81."),
    ("name", "Rita\r\nBcc: all@reader.example", "Write your name on one line."),
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


# Requests that are no form.


def test_a_huge_request_is_refused_without_being_read(client: Client) -> None:
    article = make_article()

    class Untouched:
        def read(self, *args: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    response = client.generic(
        "POST",
        f"/comments/on/{article.slug}/",
        b"",
        content_type=FORM,
        CONTENT_LENGTH=str(10_000_000),
        **{"wsgi.input": Untouched()},
    )
    assert response.status_code == 413
    assert "far more than a comment can hold" in text(response)


def test_a_long_comment_that_still_fits_the_request_is_kept(client: Client) -> None:
    response = post(client, make_article(), comment="word " * 5_000)
    assert response.status_code == 422
    assert "word word word" in text(response)


@pytest.mark.parametrize("length", ["many", "-5", "", "1e9"])
def test_a_length_that_is_none_is_no_fault_of_ours(client: Client, length: str) -> None:
    article = make_article()
    assert raw(client, article, body(article), CONTENT_LENGTH=length).status_code in (400, 422)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", ""])
def test_another_content_type_is_refused_with_a_sentence(client: Client, kind: str) -> None:
    response = raw(client, make_article(), b"{}", kind)
    assert response.status_code == 415
    assert "A comment is sent as a form" in text(response)


def test_a_broken_multipart_body_is_refused_with_a_sentence(client: Client) -> None:
    article = make_article()
    assert raw(client, article, b"nonsense", "multipart/form-data").status_code == 400
    assert raw(client, article, b"--x\r\nnonsense", "multipart/form-data; boundary=x").status_code in (400, 422)
    assert raw(client, article, b"&".join(b"a=1" for _ in range(2000))).status_code == 400


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_another_method_is_refused_with_what_is_allowed(client: Client, method: str) -> None:
    response = getattr(client, method)(f"/comments/on/{make_article().slug}/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"


# Where it comes from.


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_a_post_from_another_site_is_refused_with_the_text_kept(client: Client, headers: dict[str, str]) -> None:
    response = post(client, make_article(), headers=headers)
    assert response.status_code == 403
    assert "came from another site" in text(response)
    assert RITA["comment"] in text(response)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://testserver"}, {}]
)
def test_a_post_from_our_own_page_is_taken(client: Client, headers: dict[str, str]) -> None:
    assert post(client, make_article(), headers=headers).status_code == 303


def test_a_token_holds_five_weeks_and_not_six(client: Client) -> None:
    article = make_article(publish_at=timezone.now() - timedelta(days=100))
    now = timezone.now()
    with time_machine.travel(now - timedelta(weeks=4), tick=False):
        old = forms.form_token(article)
    with time_machine.travel(now - timedelta(weeks=5), tick=False):
        older = forms.form_token(article)
    assert post(client, article, token=old).status_code == 303
    refused = post(client, article, token=older, comment="A later thought.")
    assert refused.status_code == 422
    assert "This page had been open for too long." in text(refused)
    assert "A later thought." in text(refused)
    assert f'value="{forms.form_token(article)}"' in refused.content.decode(), "the next press works"


def test_a_token_of_another_article_a_forged_one_and_none_are_refused(client: Client) -> None:
    article, other = make_article(), make_article()
    forged = forms.form_token(article)[:-3] + "abc"
    for token in (forms.form_token(other), forged, "", "x", "9" * 500, None):
        assert post(client, article, token=token).status_code == 422
    assert not Comment.objects.exists()


def test_the_token_has_the_same_bytes_all_week() -> None:
    article = make_article()
    with time_machine.travel("2026-11-19T00:00:01Z", tick=False):
        first = forms.form_token(article)
    with time_machine.travel("2026-11-25T23:59:58Z", tick=False):
        assert forms.form_token(article) == first


# Closed, scheduled, gone.


def test_a_closed_conversation_says_since_when_and_gives_the_text_back(client: Client) -> None:
    article = make_article()
    with time_machine.travel("2026-03-04T10:00:00Z", tick=False):
        Thread.of(article).close(by=None, reason="The debate went in circles.")
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False):
        article.publish_at = timezone.now() - timedelta(days=300)
        article.save()
        for response in (post(client, article), client.get(f"/comments/on/{article.slug}/")):
            assert response.status_code == 403
            assert "Comments on this article closed on 4 March 2026." in text(response)
            assert "The debate went in circles." in text(response)
        assert RITA["comment"] in text(post(client, article))
        page = text(client.get(article.get_absolute_url()))
    assert "Comments on this article closed on 4 March 2026." in page
    assert "Leave a Reply" not in page
    assert not Comment.objects.exists()


def test_the_desk_can_close_one_article(client: Client) -> None:
    article = make_article(comments_open=False)
    response = post(client, article)
    assert response.status_code == 403
    assert "Comments on this article are closed." in text(response)


def test_an_article_closes_by_its_own_age_else_by_the_rule_of_the_site(client: Client, settings) -> None:
    settings.COMMENTS_CLOSE_AFTER_DAYS = 30
    old = timezone.now() - timedelta(days=40)
    assert post(client, make_article(publish_at=old)).status_code == 403
    assert post(client, make_article(publish_at=old, comments_close_after_days=60)).status_code == 303
    assert post(client, make_article(publish_at=old, comments_close_after_days=0), comment="Two").status_code == 303
    assert post(client, make_article(publish_at=old, comments_close_after_days=39)).status_code == 403


def test_an_article_that_closes_beyond_the_calendar_never_closes(client: Client, settings: Any) -> None:
    settings.COMMENTS_CLOSE_AFTER_DAYS = 9_999_999  # an article's own column holds less on PostgreSQL
    article = make_article()
    assert client.get(article.get_absolute_url()).status_code == 200
    assert post(client, article).status_code == 303


def test_an_open_article_says_until_when(client: Client) -> None:
    article = make_article(comments_close_after_days=30)
    page = text(client.get(article.get_absolute_url()))
    assert "Open until" in page
    assert "Every comment is read by a moderator first." in page


def test_a_scheduled_or_draft_article_is_not_found_and_gives_the_text_back(client: Client) -> None:
    scheduled = make_article("Leaked headline", publish_at=timezone.now() + timedelta(hours=1))
    draft = make_article("Secret headline", state=Article.State.DRAFT)
    unknown = Article(pk=999_999, slug="no-such-thing")
    pages = set()
    for article in (scheduled, draft, unknown):
        assert client.get(f"/comments/on/{article.slug}/").status_code == 404
        response = post(client, article)
        assert response.status_code == 404
        assert RITA["comment"] in text(response)
        assert "headline" not in text(response)
        pages.add(response.content)
    assert len(pages) == 1, "nothing tells a scheduled article from one that never was"
    assert not Comment.objects.exists()


def test_a_withdrawn_article_takes_nothing_and_gives_the_text_back(client: Client) -> None:
    article = make_article()
    article.withdraw(by=make_editor(), reason="It was wrong.")
    response = post(client, article)
    assert response.status_code == 410
    assert RITA["comment"] in text(response)


def test_a_story_withdrawn_before_its_time_is_not_told_of(client: Client) -> None:
    article = make_article(publish_at=timezone.now() + timedelta(days=1))
    article.withdraw(by=make_editor(), reason="It was never to be known.")
    response = post(client, article)
    assert response.status_code == 404
    assert "withdrawn" not in text(response)
    assert client.get(f"/comments/on/{article.slug}/").status_code == 404


# Again, and too much.


def test_a_double_click_leads_to_the_same_receipt(client: Client) -> None:
    article = make_article()
    first, second = post(client, article), post(client, article)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert Comment.objects.count() == 1


def test_the_same_text_later_is_a_duplicate_told_kindly(client: Client) -> None:
    article = make_article()
    post(client, article)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        response = post(client, article)
    assert response.status_code == 409
    assert "We have this comment already." in text(response)
    assert RITA["comment"] in text(response)
    assert Comment.objects.count() == 1


def test_the_same_text_from_another_network_gets_no_receipt_of_another(client: Client) -> None:
    article = make_article()
    post(client, article)
    response = Client(REMOTE_ADDR="203.0.113.7").post(
        f"/comments/on/{article.slug}/", {**RITA, "token": forms.form_token(article)}
    )
    assert response.status_code == 409


def test_whoever_repeats_a_published_comment_never_gets_its_receipt(client: Client) -> None:
    article = make_article()
    post(client, article)
    Comment.objects.get().approve(by=make_moderator())
    assert post(client, article).status_code == 409


def test_a_duplicate_does_not_tell_whether_an_address_was_guessed(client: Client) -> None:
    """The answer to a repeat is the same whichever address comes with it."""
    article = make_article()
    make_comment(article, RITA["comment"], name=RITA["name"], email="rita@reader.example")
    right, wrong = post(client, article), post(client, article, email="guess@reader.example")
    assert right.status_code == wrong.status_code == 409
    assert text(right).replace("rita@reader.example", "") == text(wrong).replace("guess@reader.example", "")


def test_a_text_that_was_withdrawn_may_be_posted_again(client: Client) -> None:
    article = make_article()
    post(client, article)
    Comment.objects.get().withdraw()
    assert post(client, article).status_code == 303
    assert Comment.objects.count() == 2


def test_a_flood_is_stopped_with_the_wait_and_the_text_kept(client: Client, settings) -> None:
    settings.COMMENTS_FLOOD_LIMIT, settings.COMMENTS_FLOOD_WINDOW = 2, 60
    article, now = make_article(), timezone.now()
    with time_machine.travel(now, tick=False):
        for number in range(2):
            assert post(client, article, comment=f"Remark {number}").status_code == 303
    with time_machine.travel(now + timedelta(seconds=20), tick=False):
        response = post(client, article, comment="One too many")
        assert response.status_code == 429
        assert response.headers["Retry-After"] == "40"
        assert "Wait 40 seconds" in text(response)
        assert "One too many" in text(response)
    with time_machine.travel(now + timedelta(seconds=61), tick=False):
        assert post(client, article, comment="One too many").status_code == 303
    assert FloodWindow.objects.get().count == 1


def test_a_flood_from_one_network_leaves_others_alone(client: Client, settings) -> None:
    settings.COMMENTS_FLOOD_LIMIT = 1
    article = make_article()
    for address, expected in (("198.51.100.1", 303), ("198.51.100.200", 429), ("203.0.113.1", 303)):
        answer = post(Client(REMOTE_ADDR=address), article, comment=f"From {address}")
        assert answer.status_code == expected


def test_a_proxy_that_nobody_named_locks_nobody_out(settings, caplog) -> None:
    settings.COMMENTS_FLOOD_LIMIT = 1
    networks._report_unnamed_proxy.cache_clear()
    article = make_article()
    behind = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    for number in range(3):
        assert post(behind, article, comment=f"Remark {number}").status_code == 303
    told = [record for record in caplog.records if "TRUSTED_PROXIES" in record.getMessage()]
    assert len(told) == 1, "loud, and once"
    assert "203.0.113" not in caplog.text
    assert set(Comment.objects.values_list("network", flat=True)) == {""}


def test_only_the_network_of_the_sender_is_kept(client: Client) -> None:
    article = make_article()
    post(Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Browser/1.0 " + "x" * 400), article)
    comment = Comment.objects.get()
    assert comment.network == "203.0.113.0/24"
    assert len(comment.user_agent) == 200
    comment.approve(by=make_moderator())
    comment.refresh_from_db()
    assert comment.user_agent == ""


def test_an_acknowledged_comment_is_on_the_disk() -> None:
    """``synchronous=FULL``: the transaction is flushed before the answer leaves."""
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL flushes each commit unless told otherwise")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2
