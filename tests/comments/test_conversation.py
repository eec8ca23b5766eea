"""The conversation under an article: order, nesting, pages, stubs, badges."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import avatars, conversation
from comments.models import Policy
from comments.querysets import CommentQuerySet
from tests.comments.posting import text
from tests.factories import make_article, make_author, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db


def shown(client: Client, article, query: str = "") -> str:
    response = client.get(article.get_absolute_url() + query)
    assert response.status_code == 200
    return text(response)


def order(page: str) -> list[int]:
    """The ids of comments and stubs as they stand on the page."""
    return [int(pk) for pk in re.findall(r'id="c-(\d+)"', page)]


def test_answers_stand_below_what_they_answer_however_late_they_came(client: Client) -> None:
    article = make_article()
    first, second = make_comment(article), make_comment(article)
    late = make_comment(article, parent=first)
    later = make_comment(article, parent=late)
    assert order(shown(client, article)) == [first.pk, late.pk, later.pk, second.pk]


def test_newest_first_turns_the_threads_and_not_the_answers(client: Client) -> None:
    article = make_article()
    first, second = make_comment(article), make_comment(article)
    answers = [make_comment(article, parent=first) for _ in range(2)]
    page = shown(client, article, "?sort=newest")
    assert order(page) == [second.pk, first.pk, answers[0].pk, answers[1].pk]


def test_lists_are_nested_and_closed(client: Client) -> None:
    article = make_article()
    first = make_comment(article)
    make_comment(article, parent=make_comment(article, parent=first))
    make_comment(article)
    page = shown(client, article)
    thread = page[page.index('<ol class="thread">') : page.index("</section>", page.index('<ol class="thread">'))]
    assert thread.count("<ol") == thread.count("</ol>") == 3
    assert thread.count("<li>") == thread.count("</li>") == 4


def test_beyond_six_levels_answers_stand_beside_with_a_link_to_what_they_answer(client: Client) -> None:
    article = make_article()
    chain = [make_comment(article, name="Writer 0")]
    for level in range(1, 9):
        chain.append(make_comment(article, parent=chain[-1], name=f"Writer {level}"))
    page = shown(client, article)
    thread = page[page.index('<ol class="thread">') :]
    assert thread.count("<ol", 0, thread.index("</section>")) == 6
    assert order(page) == [comment.pk for comment in chain]
    assert f'in reply to <a href="#c-{chain[7].pk}"><bdi>Writer 7</bdi></a>' in page


def test_threads_are_paged_whole_and_each_stands_on_one_page(client: Client, settings) -> None:
    settings.COMMENTS_THREADS_PER_PAGE = 2
    article = make_article()
    roots = [make_comment(article) for _ in range(5)]
    answer = make_comment(article, parent=roots[0])
    pages = [order(shown(client, article, query)) for query in ("", "?page=2", "?page=3")]
    assert pages == [[roots[0].pk, answer.pk, roots[1].pk], [roots[2].pk, roots[3].pk], [roots[4].pk]]
    backwards = [order(shown(client, article, f"?page={n}&sort=newest")) for n in (1, 2, 3)]
    assert backwards == [[roots[4].pk, roots[3].pk], [roots[2].pk, roots[1].pk], [roots[0].pk, answer.pk]]


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=-1", "?page=999999", "?page=x", "?page=01", "?page=٢", "?sort=old"]
)
def test_a_made_up_page_of_the_conversation_is_not_found(client: Client, query: str) -> None:
    article = make_comment().article
    assert client.get(article.get_absolute_url() + query).status_code == 404


def test_the_permalink_leads_to_the_page_and_the_place(client: Client, settings) -> None:
    settings.COMMENTS_THREADS_PER_PAGE = 2
    article = make_article()
    roots = [make_comment(article) for _ in range(3)]
    answer = make_comment(article, parent=roots[2])
    roots[0].withdraw()  # nothing is left of its thread, so the others move up
    for comment, query in ((roots[1], ""), (answer, "")):
        response = client.get(f"/comments/{comment.pk}/")
        assert response.status_code == 302
        assert response.headers["Location"] == f"{article.get_absolute_url()}{query}#c-{comment.pk}"
    make_comment(article)
    late = make_comment(article)
    assert client.get(f"/comments/{late.pk}/").headers["Location"].endswith(f"?page=2#c-{late.pk}")
    assert late.pk in order(shown(client, article, "?page=2"))


@pytest.mark.parametrize("asked", ["0", "999999", "9" * 30])
def test_an_unknown_permalink_is_not_found(client: Client, asked: str) -> None:
    assert client.get(f"/comments/{asked}/").status_code == 404


def test_a_withdrawn_comment_leaves_a_nameless_stub_while_answers_stand(client: Client) -> None:
    article = make_article()
    comment = make_comment(article, "These words are gone.", name="Quiet Quentin", website="https://quentin.example/")
    answer = make_comment(article, parent=comment)
    comment.withdraw()
    page = shown(client, article)
    assert order(page) == [comment.pk, answer.pk]
    assert "Withdrawn by its writer." in page
    assert "in reply to" in page
    for trace in ("Quiet Quentin", "These words are gone.", "quentin.example"):
        assert trace not in page
    answer.withdraw()
    page = shown(client, article)
    assert order(page) == [], "a stub stands for nothing alone"
    assert "Withdrawn by its writer." not in page


@pytest.mark.parametrize("status", ["pending", "rejected", "spam"])
def test_answers_to_a_hidden_comment_stand_under_a_stub_that_says_nothing(client: Client, status: str) -> None:
    article = make_article()
    hidden = make_comment(article, "Nobody may see these words.", name="Quiet Quentin", status=status)
    between = make_comment(article, "Nor these.", parent=hidden, status=status)
    answer = make_comment(article, parent=between)
    page = shown(client, article)
    assert order(page) == [hidden.pk, between.pk, answer.pk]
    assert page.count("This comment is not shown.") == 2
    for trace in ("Quiet Quentin", "Nobody may see these words.", "Nor these.", "Withdrawn"):
        assert trace not in page
    assert page.count("Reply<span") == 1, "a stub cannot be answered"


def test_a_hidden_parent_at_the_last_level_is_a_stub_beside(client: Client) -> None:
    article = make_article()
    chain = [make_comment(article)]
    for _ in range(7):
        chain.append(make_comment(article, parent=chain[-1]))
    chain[6].mark_spam(by=make_moderator())
    page = shown(client, article)
    assert order(page) == [comment.pk for comment in chain]
    assert f'in reply to <a href="#c-{chain[6].pk}">a comment that is not shown</a>' in page


def test_staff_wears_a_badge_and_the_author_of_the_story_another(client: Client) -> None:
    ada, max_ = make_editor(), make_moderator()
    author = make_author("Ada King")
    author.user = ada
    author.save()
    comment = make_comment(make_article(authors=("Ada King",)))
    comment.answer(by=ada, text="I wrote it.")
    comment.answer(by=max_, text="I moderate.")
    page = shown(client, comment.article)
    assert re.findall(r'badge--staff">(\w+)<', page) == ["Author", "Staff"]
    for trace in ("root-admin", ">ada<", ">max<"):
        assert trace not in page


def test_a_readers_name_gets_no_badge(client: Client) -> None:
    comment = make_comment(name="Staff")
    assert "badge--staff" not in shown(client, comment.article)


def test_a_featured_comment_says_so(client: Client) -> None:
    comment = make_comment(featured=True)
    assert "Picked by the newsroom" in shown(client, comment.article)


def test_every_control_has_a_name_of_its_own(client: Client) -> None:
    article = make_article()
    for _ in range(3):
        make_comment(article)
    page = shown(client, article)
    names = re.findall(r"Reply<span class=\"visually-hidden\">([^<]+)</span>", page)
    assert len(names) == len(set(names)) == 3


def test_names_and_texts_are_escaped_and_their_direction_is_their_own(client: Client) -> None:
    comment = make_comment(
        text="<script>alert(1)</script> <b>bold</b> سؤال", name="<i>Rita</i>", website="https://rita.example/?a=1&b=2"
    )
    raw = client.get(comment.article.get_absolute_url()).content.decode()
    assert "<script>alert" not in raw
    assert "&lt;script&gt;" in raw
    assert "<bdi><a" in raw
    assert "&lt;i&gt;Rita&lt;/i&gt;" in raw
    assert 'href="https://rita.example/?a=1&amp;b=2" rel="nofollow ugc noopener"' in raw
    assert '<div class="comment__text" dir="auto">' in raw


def test_an_announcement_stands_above_the_thread_until_its_end(client: Client) -> None:
    comment = make_comment()
    Policy(announcement="Max is *away*.", announced_until=timezone.now() + timedelta(hours=1)).save()
    assert "<p>Max is <em>away</em>.</p>" in shown(client, comment.article)
    Policy(announcement="Max is *away*.", announced_until=timezone.now() - timedelta(hours=1)).save()
    assert "Max is" not in shown(client, comment.article)


def test_a_picture_stands_beside_a_name_where_the_desk_wants_it(client: Client) -> None:
    comment = make_comment()
    assert "/comments/avatars/" not in shown(client, comment.article)
    Policy(avatars=True).save()
    page = shown(client, comment.article)
    code = avatars.code_of(comment.writer.random, comment.name, comment=comment.pk)
    assert f'<img class="comment__mono" src="/comments/avatars/{code}.svg" alt="" width="36" height="36"' in page


def test_no_picture_comes_back_under_an_address_that_anybody_could_type(client: Client) -> None:
    """Else whoever guesses a commenter's address writes under it, and sees from the picture that it is hers."""
    rita = make_comment(email="rita@reader.example", name="Rita Moreau")
    impostor = make_comment(rita.article, email="rita@reader.example", name="Rita Moreau")
    Policy(avatars=True).save()
    pictures = re.findall(r"/comments/avatars/(\w+)\.svg", shown(client, rita.article))
    assert len(set(pictures)) == 2
    again = make_comment(rita.article, email="rita@reader.example", name="Rita Moreau")
    rita.vouch()
    again.vouch()
    pictures = re.findall(r"/comments/avatars/(\w+)\.svg", shown(client, rita.article))
    shared = avatars.code_of(rita.writer.random, "Rita Moreau", comment=None)
    assert pictures.count(shared) == 2, "what the owner of the address called her own"
    assert avatars.code_of(rita.writer.random, "Rita Moreau", comment=impostor.pk) in pictures


def test_the_heading_counts_what_readers_see(client: Client) -> None:
    article = make_article()
    parent = make_comment(article)
    make_comment(article, parent=parent)
    make_comment(article, status="pending")
    assert "Conversation <span>2</span>" in shown(client, article)


def test_a_conversation_takes_four_queries_at_most(django_assert_max_num_queries) -> None:
    article = make_article()
    for _ in range(10):
        parent = make_comment(article)
        for _ in range(4):
            parent = make_comment(article, parent=parent)
        parent.parent.withdraw()
    with django_assert_max_num_queries(4):
        page = conversation.page_of(article)
    assert len(page.entries) == 50


def test_an_article_without_comments_asks_for_the_first(client: Client) -> None:
    page = shown(client, make_article())
    assert "Nobody has replied yet." in page
    assert "Oldest first" not in page


def test_times_are_absolute_and_machine_readable(client: Client) -> None:
    comment = make_comment(created_at=timezone.now() - timedelta(days=2))
    page = shown(client, comment.article)
    when = timezone.localtime(comment.created_at)
    assert f'<time datetime="{when.isoformat(timespec="minutes")}">{when.day} {when:%b %Y, %H:%M}</time>' in page
    assert " ago" not in page


def test_a_thread_that_is_taken_back_between_two_queries_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    article, max_ = make_article(), make_moderator()
    staying = make_comment(article, "It stays.")
    going = make_comment(article, "It goes.")
    find = CommentQuerySet.threads

    def find_and_lose(self: CommentQuerySet, *arguments: Any, **options: Any) -> Any:
        found = list(find(self, *arguments, **options))
        going.reject(by=max_, reason="insult")
        return found

    monkeypatch.setattr(CommentQuerySet, "threads", find_and_lose)
    assert [entry.pk for entry in conversation.page_of(article).entries] == [staying.pk]
