"""One appeal for each comment, judged by somebody who did not decide, told on the receipt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from comments import receipts
from comments.erasure import How, erase_comment
from comments.models import AlreadyDecided, Appeal, Comment, Decision, NoAppeal, TextChanged
from comments.retention import purge
from tests.comments.posting import text
from tests.comments.test_decisions import assert_counts_are_true
from tests.factories import make_author_user, make_comment, make_moderator

pytestmark = pytest.mark.django_db

WHY = "It was a question, not an insult."


def rejected(**fields: str) -> Comment:
    comment = make_comment(status="pending", **fields)
    comment.reject(by=make_moderator(), reason="insult", note="Mind your words.")
    return comment


def address(comment: Comment) -> str:
    return f"{receipts.receipt_url(comment)}appeal/"


def judge(client: Client, appeal: Appeal, answer: str, **fields: str):
    sent = {"answer": answer, "seen": appeal.comment.on_screen, **fields}
    return client.post(f"/admin/comments/appeal/{appeal.pk}/change/", sent, follow=True)


def test_a_writer_appeals_once_from_the_receipt(client: Client) -> None:
    comment = rejected()
    assert f'href="{address(comment)}"' in text(client.get(receipts.receipt_url(comment)))
    page = text(client.get(address(comment)))
    assert "Insult or attack" in page
    assert not Appeal.objects.exists(), "looking asks nothing"
    answer = client.post(address(comment), {"text": WHY})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{receipts.receipt_url(comment)}#appeal")
    page = text(client.get(receipts.receipt_url(comment)))
    assert WHY in page
    assert "It waits for a moderator who did not decide before." in page
    assert "A moderator read it" in page, "the appeal is no decision"
    assert "A rule of this site" not in page
    assert f'href="{address(comment)}"' not in page
    again = client.post(address(comment), {"text": "Once more."})
    assert again.status_code == 403
    assert "Once more." in text(again), "what was typed is given back"
    assert Appeal.objects.get().text == WHY
    assert Decision.objects.latest("pk").act == "appeal"


@pytest.mark.parametrize("sent", ["", "   ", "\u2800", "x" * 2001])
def test_an_appeal_that_says_nothing_or_too_much_is_kept_in_its_form(client: Client, sent: str) -> None:
    comment = rejected()
    response = client.post(address(comment), {"text": sent})
    assert response.status_code == 422
    assert sent.strip() in text(response)
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("status", ["pending", "approved", "withdrawn"])
def test_there_is_nothing_to_appeal_against_without_a_decision(client: Client, status: str) -> None:
    comment = make_comment(status=status)
    assert client.get(address(comment)).status_code == 403
    assert client.post(address(comment), {"text": WHY}).status_code == 403
    with pytest.raises(NoAppeal):
        Appeal.lodge(comment, WHY)


def test_what_a_rule_put_into_the_spam_folder_can_be_appealed_too(client: Client) -> None:
    comment = make_comment(status="spam", rule="blocked-words")
    assert client.post(address(comment), {"text": WHY}).status_code == 303
    appeal = Appeal.objects.get()
    appeal.grant(by=make_moderator())
    comment.refresh_from_db()
    assert comment.status == "approved"


def test_whoever_decided_does_not_judge() -> None:
    comment = make_comment(status="pending")
    max_, ada = make_moderator(), make_moderator("other")
    comment.reject(by=max_, reason="insult")
    comment.mark_spam(by=ada)
    appeal = Appeal.lodge(comment, WHY)
    for person in (max_, ada):
        for act in (appeal.grant, appeal.refuse):
            with pytest.raises(AlreadyDecided, match="Somebody else judges the appeal"):
                act(by=person)
    with pytest.raises(PermissionDenied):
        appeal.grant(by=make_author_user())
    appeal.refresh_from_db()
    assert appeal.state == "open"


@pytest.mark.parametrize(("publish", "status"), [(True, "approved"), (False, "pending")])
def test_a_granted_appeal_moves_the_comment_and_is_told_on_the_receipt(client: Client, publish, status) -> None:
    comment = rejected()
    appeal = Appeal.lodge(comment, WHY)
    other = make_moderator("other")
    appeal.grant(by=other, note="You are right.", publish=publish)
    comment.refresh_from_db()
    assert comment.status == status
    last = Decision.objects.latest("pk")
    assert (last.was, last.became, last.by, last.channel) == ("rejected", status, other, "appeal")
    page = text(client.get(receipts.receipt_url(comment)))
    assert "Granted" in page
    assert "You are right." in page
    assert "other" not in page.replace("others", "").replace("another", "")
    assert_counts_are_true(comment.article_id)
    call_command("verify_log", verbosity=0)


def test_a_refused_appeal_leaves_the_decision_and_says_why(client: Client) -> None:
    comment = rejected()
    Appeal.lodge(comment, WHY).refuse(by=make_moderator("other"), note="It names a private person.")
    comment.refresh_from_db()
    assert comment.status == "rejected"
    page = text(client.get(receipts.receipt_url(comment)))
    assert "the decision stands" in page
    assert "It names a private person." in page
    assert Decision.objects.latest("pk").act == "appeal-refused"


def test_the_second_judge_is_told_who_was_first() -> None:
    appeal = Appeal.lodge(rejected(), WHY)
    stale = Appeal.objects.get()
    appeal.refuse(by=make_moderator("other"))
    with pytest.raises(AlreadyDecided, match="Max Orsini closed this appeal first: refused"):
        stale.grant(by=make_moderator("third"))


def test_an_appeal_ends_with_the_decision_that_it_is_about() -> None:
    withdrawn, approved = rejected(), make_comment(status="spam")
    first, second = Appeal.lodge(withdrawn, WHY), Appeal.lodge(approved, WHY)
    withdrawn.withdraw()
    approved.approve(by=make_moderator("other"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("void", "granted")


def test_an_undone_grant_waits_again() -> None:
    comment = rejected()
    appeal, other = Appeal.lodge(comment, WHY), make_moderator("other")
    appeal.grant(by=other)
    comment.refresh_from_db()
    comment.undo(Decision.objects.deciding().latest("pk"), by=other)
    appeal.refresh_from_db()
    comment.refresh_from_db()
    assert (appeal.state, comment.status) == ("open", "rejected")


def test_words_that_a_moderator_changed_meanwhile_are_not_published_unseen() -> None:
    comment = rejected()
    appeal, other = Appeal.lodge(comment, WHY), make_moderator("other")
    on_screen = comment.on_screen
    comment.amend(by=make_moderator("third"), text="Other words.", reason="Private data.")
    with pytest.raises(TextChanged):
        appeal.grant(by=other, seen=on_screen)


# At the desk.


def test_a_moderator_judges_at_the_desk(client: Client) -> None:
    comment = rejected(name="Quiet Quentin", email="quentin@reader.example")
    appeal = Appeal.lodge(comment, WHY)
    client.force_login(make_moderator("other"))
    assert "waits to be judged" in text(client.get("/admin/"))
    page = text(client.get("/admin/comments/appeal/"))
    assert "Quiet Quentin" in page
    page = text(client.get(f"/admin/comments/appeal/{appeal.pk}/change/"))
    assert WHY in page
    assert "Mind your words." in page
    assert "quentin@" not in page
    page = text(judge(client, appeal, "publish", note="Welcome back."))
    assert "readers see the comment now" in page
    comment.refresh_from_db()
    assert comment.status == "approved"
    assert "Quiet Quentin" not in text(client.get("/admin/comments/appeal/"))
    assert "Quiet Quentin" in text(client.get("/admin/comments/appeal/?state=granted"))


def test_a_grant_under_a_withdrawn_article_says_that_readers_see_it_later(client: Client) -> None:
    comment = rejected()
    appeal = Appeal.lodge(comment, WHY)
    comment.article.withdraw(by=None, reason="It was wrong.")
    client.force_login(make_moderator("other"))
    assert "Article withdrawn" in text(client.get(f"/admin/comments/appeal/{appeal.pk}/change/"))
    page = text(judge(client, appeal, "publish"))
    assert "readers see the comment once its article is published" in page


def test_whoever_decided_reads_the_appeal_and_finds_no_button(client: Client) -> None:
    comment = rejected()
    appeal = Appeal.lodge(comment, WHY)
    client.force_login(Decision.objects.filter(act="decide").get().by)
    page = text(client.get(f"/admin/comments/appeal/{appeal.pk}/change/"))
    assert "Somebody else judges the appeal" in page
    assert 'value="publish"' not in page
    assert "Somebody else judges" in text(judge(client, appeal, "publish"))
    comment.refresh_from_db()
    assert comment.status == "rejected"


@pytest.mark.parametrize("answer", ["", "nonsense"])
def test_an_unknown_answer_changes_nothing_and_keeps_the_note(client: Client, answer: str) -> None:
    appeal = Appeal.lodge(rejected(), WHY)
    client.force_login(make_moderator("other"))
    page = text(judge(client, appeal, answer, note="A long note."))
    assert "Choose one of the three answers" in page
    assert "A long note." in page


def test_only_moderators_come_in(client: Client) -> None:
    appeal = Appeal.lodge(rejected(), WHY)
    client.force_login(make_author_user())
    assert client.get("/admin/comments/appeal/").status_code == 403
    assert client.post(f"/admin/comments/appeal/{appeal.pk}/change/", {"answer": "publish"}).status_code == 403
    client.force_login(make_moderator("other"))
    assert client.get(f"/admin/comments/appeal/{'9' * 30}/change/").status_code == 302


def test_a_comment_that_only_waits_again_keeps_its_appeal() -> None:
    moderator = make_moderator("first")
    comment = make_comment(status="pending")
    comment.reject(by=moderator, reason="insult")
    appeal = Appeal.lodge(comment, WHY)
    comment.restore(by=moderator)
    comment.reject(by=moderator, reason="insult")
    appeal.refresh_from_db()
    assert appeal.state == "open"
    comment.restore(by=moderator)
    comment.approve(by=moderator)
    appeal.refresh_from_db()
    assert appeal.state == "granted"


@pytest.mark.parametrize("by_appeal", [True, False])
def test_an_undone_approval_leaves_the_appeal_to_whoever_slipped_too(by_appeal: bool) -> None:
    comment, other = rejected(), make_moderator("other")
    appeal = Appeal.lodge(comment, WHY)
    if by_appeal:
        appeal.grant(by=other)
    else:
        comment.approve(by=other)
    comment.refresh_from_db()
    comment.undo(Decision.objects.deciding().latest("pk"), by=other)
    appeal.refresh_from_db()
    assert appeal.state == "open"
    assert not appeal.bars(other)


def test_an_undone_decision_of_later_opens_no_appeal_that_was_granted_before() -> None:
    comment, other = rejected(), make_moderator("other")
    appeal = Appeal.lodge(comment, WHY)
    appeal.grant(by=other)
    comment.refresh_from_db()
    comment.mark_spam(by=other)
    comment.approve(by=other)
    comment.undo(Decision.objects.deciding().latest("pk"), by=other)
    appeal.refresh_from_db()
    assert (comment.status, appeal.state) == ("spam", "granted")


def test_an_appeal_that_waits_is_judged_on_its_words_after_the_name_is_erased(client: Client) -> None:
    comment = rejected()
    appeal = Appeal.lodge(comment, "It quotes what others said.")
    erase_comment(comment, How.ANONYMISE)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.text) == ("open", "It quotes what others said.")
    appeal.comment.refresh_from_db()
    appeal.refuse(by=make_moderator("nina"))
    appeal.refresh_from_db()
    assert (appeal.state, appeal.text) == ("refused", "It quotes what others said.")  # for as long as a slip lives
    purge(now=timezone.now() + timedelta(hours=25))
    appeal.refresh_from_db()
    assert (appeal.state, appeal.text) == ("refused", "")


def test_a_grant_taken_back_leaves_an_erased_appeal_its_words(client: Client) -> None:
    comment = rejected()
    appeal = Appeal.lodge(comment, "It quotes what others said.")
    erase_comment(comment, How.ANONYMISE)
    nina = make_moderator("nina")
    granted = Comment.objects.get().approve(by=nina)
    assert granted is not None
    Comment.objects.get().undo(granted, by=nina)
    purge(now=timezone.now() + timedelta(hours=25))
    appeal.refresh_from_db()
    assert (appeal.state, appeal.text) == ("open", "It quotes what others said.")


def test_a_note_typed_for_an_appeal_that_is_gone_is_given_back(client: Client) -> None:
    appeal = Appeal.lodge(rejected(), WHY)
    client.force_login(make_moderator("other"))
    Appeal.objects.all().delete()
    page = text(judge(client, appeal, "refuse", note="It names a private person."))
    assert "That appeal is not here any more. Nothing changed." in page
    assert "What you had typed" in page
    assert "It names a private person.</textarea>" in page
    assert "It names" not in text(client.get("/admin/comments/appeal/")), "once"
