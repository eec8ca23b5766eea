"""Mail to those who write: the question whether an address is theirs, replies, and what was decided.

A round (``look_for_mail``) reads on in the log of decisions and queues what follows from it, so neither a post nor a
decision waits for any of this. What is due is looked at again when it is sent: between the two a reply may be taken
back and its reader may have had enough. No task carries more than ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from articles.tasks import task
from comments import mail, receipts
from comments.models import Appeal, Comment, Decision, Follow, MailRound, Policy, ReplyNotice, Statement, Writer
from comments.models.follow import due_times
from comments.models.log import MOVING, UNDO_TIME
from comments.models.notice import CHANNEL as BY_NOTICE
from comments.models.writer import ASK_EVERY
from comments.subscriptions import mute_path, question_path, subscriptions_path

DECISIONS_A_ROUND = 500
FOLLOWS_A_STEP = 500
SHOWN = 20  # replies in one mail; the discussion has the others
STALE = timedelta(days=7)  # A reply that could not be mailed for so long is no news.
TAKEN_FOR = timedelta(minutes=10)  # no letter takes so long; less than after what a killed worker's task is done anew
TOLD = (Comment.Status.APPROVED, Comment.Status.REJECTED, Comment.Status.SPAM)
# With a comment it was asked for, and the owner of the address has not said since that no decision is wanted.
WANTS_OUTCOME = Q(wants_outcome=True) & (
    Q(writer__declined_outcome_at=None) | Q(created_at__gt=F("writer__declined_outcome_at"))
)
ANSWERS = (*MOVING, "appeal-refused")  # the acts that a writer is told of; a report or a pick is none


# A round.


def look_for_mail() -> int:
    """Queue every mail that follows from what was decided since the last round, and what fell due; return how many."""
    with transaction.atomic():
        position = MailRound.taken()  # its lock orders the rounds of several workers
        now = timezone.now()
        queued = _read_on(position, now)
        return queued + _queue_due(now) + _queue_questions(now)


def _read_on(position: MailRound, now: datetime) -> int:
    decisions = list(Decision.objects.filter(pk__gt=position.decision).order_by("pk")[:DECISIONS_A_ROUND])
    if not decisions:
        return 0
    moves = [each for each in decisions if each.act in MOVING]
    approved = {each.comment_id: each for each in moves if each.became == Comment.Status.APPROVED}
    # Whether readers see its story is asked when it is due: that may be withdrawn now and back tomorrow.
    comments = Comment.objects.filter(pk__in=approved, status=Comment.Status.APPROVED).select_related("parent")
    for comment in comments.order_by("pk"):
        _find_followers(comment, approved[comment.pk].made_at, now)
    # A comment that was taken from readers until somebody looks again got a statement of reasons; a slip got none.
    moved_back = [each.pk for each in moves if each.became == Comment.Status.PENDING]
    explained = set(Statement.objects.filter(decision__in=moved_back).values_list("decision", flat=True))
    answers = [each for each in decisions if each.act in ANSWERS]
    told = {each.comment_id: each for each in answers if each.became in TOLD or each.pk in explained}
    by_law = [pk for pk, decision in told.items() if decision.channel == BY_NOTICE]
    wanting = Comment.objects.filter(WANTS_OUTCOME | Q(pk__in=by_law), pk__in=told, writer__isnull=False)
    queued = 0
    for pk in wanting.order_by("pk").values_list("pk", flat=True):
        mail_outcome.using(run_after=now + UNDO_TIME).enqueue(told[pk].pk)
        queued += 1
    # Who ticked a box on what lay in the spam folder by mistake is asked now.
    into = (Comment.Status.PENDING, Comment.Status.APPROVED)
    freed = [each.comment_id for each in moves if each.was == Comment.Status.SPAM and each.became in into]
    if freed:
        wanting_mail = Q(comments__in=freed, comments__wants_outcome=True) | Q(follows__comment__in=freed)
        asked = Writer.objects.filter(wanting_mail, confirmed_at=None).distinct().values_list("pk", flat=True)
        Writer.objects.filter(pk__in=list(asked)).update(asking_at=now)
    position.decision = decisions[-1].pk
    position.save(update_fields=["decision"])
    return queued


def _find_followers(comment: Comment, made_at: datetime, now: datetime) -> None:
    """Note whom an approved comment is to be mailed to: by key, a step at a time, however many follow the thread."""
    follows = Follow.objects.unmuted().filter(created_at__lte=made_at).select_related("writer").order_by("pk")
    if comment.writer_id:
        follows = follows.exclude(writer=comment.writer_id)
    if comment.parent_id:
        _note(comment, list(follows.filter(comment=comment.parent_id)), now)
    follows = follows.filter(article=comment.article_id, scope=Follow.Scope.ALL)
    after = 0
    while step := list(follows.filter(pk__gt=after)[:FOLLOWS_A_STEP]):
        _note(comment, step, now)
        after = step[-1].pk


def _note(comment: Comment, follows: Sequence[Follow], now: datetime) -> None:
    due = due_times(follows, now)
    found = [
        ReplyNotice(follow=each, writer_id=each.writer_id, comment=comment, due_at=due[each.pk]) for each in follows
    ]
    ReplyNotice.objects.bulk_create(found, ignore_conflicts=True)  # a person is told once of a reply


def _queue_due(now: datetime) -> int:
    public = Article.objects.published().filter(pk=OuterRef("follow__article_id"))
    due = ReplyNotice.objects.waiting().filter(Exists(public), due_at__lte=now).order_by("due_at")
    found = list(due.values_list("pk", "follow")[:FOLLOWS_A_STEP])
    ReplyNotice.objects.filter(pk__in=[pk for pk, _ in found]).update(queued_at=now)
    follows = sorted({follow for _, follow in found})
    for follow in follows:
        mail_replies.enqueue(follow)
    return len(follows)


def _queue_questions(now: datetime) -> int:
    """Ask addresses that a wish waits for: each once an hour at most, and all together no more than the site may.

    One that only wants mail about stories that readers do not see is asked once they do, while the wish is kept.
    """
    since = _kept_since(now)
    asking = Writer.objects.filter(asking_at__isnull=False)
    settled = asking.filter(Q(confirmed_at__isnull=False) | Q(stopped_at__isnull=False) | Q(asking_at__lte=since))
    Writer.objects.filter(pk__in=list(settled.values_list("pk", flat=True)[:FOLLOWS_A_STEP])).update(asking_at=None)
    free = Q(asked_at=None) | Q(asked_at__lte=now - ASK_EVERY)
    waiting = asking.filter(free, confirmed_at=None, stopped_at=None).order_by("asking_at", "pk")
    longest = list(waiting[:FOLLOWS_A_STEP])
    wanting = _wanting([writer.pk for writer in longest], since)
    # One more than may be asked, so that its turn tells the operator of those that wait.
    writers = [writer for writer in longest if writer.pk in wanting][: Writer.turns_left(now) + 1]
    queued = 0
    for writer in writers:
        if writer.take_turn():
            Writer.objects.filter(pk=writer.pk).update(asking_at=None)
            mail_question.enqueue(writer.pk, _turn(writer))
            queued += 1
    return queued


def _wanting(writers: Sequence[int], since: datetime) -> set[int]:
    """Return which of these want mail about a story that readers see, or about a decision.

    Asked by their keys: joined to the addresses, PostgreSQL reads the whole table of wishes each round.
    """
    public = Article.objects.published().filter(pk=OuterRef("article_id"))
    follows = Follow.objects.unmuted().filter(Exists(public), writer__in=writers, created_at__gt=since)
    decisions = Comment.objects.filter(WANTS_OUTCOME, writer__in=writers, created_at__gt=since)
    return {pk for wishes in (follows, decisions) for pk in wishes.order_by().values_list("writer", flat=True)}


def _kept_since(now: datetime) -> datetime:
    """Return from when on wishes are kept that nobody has confirmed."""
    return now - timedelta(days=Policy.current().keep_unconfirmed_days)


def _turn(writer: Writer) -> str:
    return writer.asked_at.isoformat() if writer.asked_at else ""


def confirm(writer: Writer) -> None:
    """Note that the address is its owner's, and let go what waited for that."""
    with transaction.atomic():
        writer.confirm()
        waiting = ReplyNotice.objects.waiting().filter(writer=writer, due_at=None)
        waiting.update(due_at=timezone.now())


# The mails.


@task("Mail a question to an address", queue="mail")
def mail_question(writer_pk: int, turn: str) -> None:
    """Ask an address whether it wants what was wished for under it; no word of whoever typed it is in there."""
    writer = Writer.objects.filter(pk=writer_pk, confirmed_at=None, stopped_at=None).first()
    if writer is None or _turn(writer) != turn:  # a later question has this hour's turn
        return
    wishes = wishes_of(writer)
    if not wishes.is_empty:
        about = {
            "wishes": wishes,
            "question": mail.absolute(question_path(writer)),
            "days": Policy.current().keep_unconfirmed_days,
        }
        subject = f"Is this your address? {settings.SITE_NAME} asks before it writes"
        mail.send(mail.to_writer("question", writer, subject=subject, about=about))


class Wishes:
    """What an unconfirmed address is asked about: discussions to follow, and whether a decision is to be told."""

    def __init__(self, follows: Sequence[Follow], outcome: bool) -> None:
        self.follows = follows
        self.outcome = outcome

    @property
    def is_empty(self) -> bool:
        return not self.follows and not self.outcome

    @property
    def speed(self) -> str:
        """The slowest that was asked for: nobody is mailed more often than some wish said."""
        daily = any(follow.speed == Follow.Speed.DAILY for follow in self.follows)
        return Follow.Speed.DAILY if daily else Follow.Speed.AT_ONCE


def wishes_of(writer: Writer) -> Wishes:
    """Return what waits for this address to be confirmed, the newest first."""
    since = _kept_since(timezone.now())
    recent = writer.follows.unmuted().filter(created_at__gt=since).select_related("article").order_by("-pk")[:SHOWN]
    comments = Comment.objects.filter(WANTS_OUTCOME, writer=writer, created_at__gt=since)
    return Wishes(list(recent), comments.exists())


@task("Mail replies", queue="mail")
def mail_replies(follow_pk: int) -> None:
    """Mail everything that one follow has found and not told yet, if it is still wanted and still to be seen.

    While its story is away it waits, until readers see that again or it is no news any more (``STALE``).
    """
    unsent = ReplyNotice.objects.filter(follow=follow_pk, sent_at=None)
    follow = Follow.objects.active().select_related("writer", "article").filter(pk=follow_pk).first()
    if follow is None:
        unsent.delete()
        return
    approved = Comment.objects.filter(pk=OuterRef("comment_id"), status=Comment.Status.APPROVED)
    unsent.filter(~Exists(approved)).delete()
    if not follow.article.is_published:
        unsent.update(queued_at=None)
        return
    now = timezone.now()
    # Taken before it is sent: two workers that look at the same follow share its replies out and repeat none. What a
    # killed worker had taken is taken again, when its task is done anew: better told twice than not at all.
    if not unsent.filter(Q(taken_at=None) | Q(taken_at__lt=now - TAKEN_FOR)).update(taken_at=now):
        return
    taken = ReplyNotice.objects.filter(follow=follow, taken_at=now)
    try:
        comments = [each.comment for each in taken.select_related("comment__parent").order_by("comment")]
        if comments:  # muted at this moment, there are none left
            mail.send(_letter_of_replies(follow, comments))
    except BaseException:
        taken.update(taken_at=None)
        raise
    taken.update(sent_at=now)


def _letter_of_replies(follow: Follow, comments: Sequence[Comment]) -> EmailMultiAlternatives:
    answers = follow.scope == Follow.Scope.REPLIES
    count = len(comments)
    if answers:
        what = "A new answer to your comment" if count == 1 else f"{count} new answers to your comment"
    else:
        what = "A new comment" if count == 1 else f"{count} new comments"
    about = {
        "follow": follow,
        "article": follow.article,
        "what": what,
        "comments": comments[:SHOWN],
        "further": max(0, count - SHOWN),
        "mute": mail.absolute(mute_path(follow)),
        "subscriptions": mail.absolute(subscriptions_path(follow.writer)),
    }
    headers = mail.unsubscribing(mute_path(follow))
    subject = f"{what}: {follow.article.headline}"
    return mail.to_writer("replies", follow.writer, subject=subject, about=about, headers=headers)


@task("Mail a decision to a writer", queue="mail")
def mail_outcome(decision_pk: int) -> None:
    """Tell a writer who wanted it what was decided, in the receipt's own words, unless it was decided anew since.

    The statement of reasons goes with it. What was decided on a notice of illegal content is told unasked, as the
    Digital Services Act (article 17) wants it, to an address that its owner has confirmed.
    """
    decision = Decision.objects.get(pk=decision_pk)
    comment = (
        Comment.objects.select_related("article", "writer")
        .filter(pk=decision.comment_id, status=decision.became)
        .filter(writer__confirmed_at__isnull=False, writer__stopped_at=None)
        .first()
    )
    answers = Decision.objects.filter(comment_id=decision.comment_id, act__in=ANSWERS)
    last = answers.order_by("-pk").values_list("pk", flat=True).first()
    if comment is None or comment.writer is None or last != decision.pk:
        return
    is_wanted = Comment.objects.filter(WANTS_OUTCOME, pk=comment.pk).exists()
    if not is_wanted and decision.channel != BY_NOTICE:
        return
    appeal = None
    if decision.act == "appeal-refused":
        appeal = Appeal.objects.filter(comment=comment.pk).first()
        told = receipts.APPEAL_REFUSED
        decision = receipts.last_decision(comment) or decision  # which stands
    else:
        told = receipts.standing(comment, decision)
    about = {
        "comment": comment,
        "article": comment.article,
        "standing": told,
        "appeal": appeal,
        "asked_for": is_wanted,
        "statement": comment.statements.filter(decision=decision.pk, to=Statement.To.WRITER)
        .select_related("redress")
        .first(),
        "receipt": mail.absolute(receipts.receipt_url(comment)),
        "subscriptions": mail.absolute(subscriptions_path(comment.writer)),
    }
    subject = f"{told.headline}: {comment.article.headline}" if comment.article.is_published else told.headline
    mail.send(mail.to_writer("outcome", comment.writer, subject=subject, about=about))


@task("Mail new links to a writer", queue="mail")
def mail_links(writer_pk: int) -> None:
    """Send a confirmed address the way to its subscriptions and its data, after the older links were made void."""
    writer = Writer.objects.filter(pk=writer_pk, confirmed_at__isnull=False).first()
    if writer is not None:
        about = {
            "subscriptions": mail.absolute(subscriptions_path(writer)),
            "ask": mail.absolute(reverse("comments:ask_for_data")),
        }
        subject = f"Your new link to your subscriptions at {settings.SITE_NAME}"
        mail.send(mail.to_writer("links", writer, subject=subject, about=about))


def forget_old(now: datetime | None = None) -> None:
    """Delete wishes that nobody confirmed in time, and notices that are no news any more."""
    now = now or timezone.now()
    Follow.forget_unconfirmed(_kept_since(now))
    ReplyNotice.objects.filter(created_at__lt=now - STALE, sent_at=None).delete()
