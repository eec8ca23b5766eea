"""Mail to moderators about comments that wait, with links by which they decide without signing in.

Such a mail holds what a moderator needs to decide and never the commenter's address or network. Each link is for one
moderator, one comment and one act; ``decision_link`` says what voids it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from articles.tasks import task
from comments import links, mail
from comments.hosts import Host, spelled_out
from comments.models import Comment, Decision, HeldNotice, MailRound, ModeratorMail, Report, Tally
from comments.models.follow import next_morning
from comments.models.log import MOVING

PURPOSE = "decide"
LINK_LIFE = timedelta(days=3)
ACTS = ("approve", "spam", "reject")
NEWS = timedelta(hours=2)  # how far behind the last mail a round looks: more than any post takes to be committed
SHOWN = 20  # comments in one mail; the queue has the others
LOOKED_AT = 500  # decisions
HOUR = timedelta(hours=1)


# The links.


def decision_link(comment: Comment, act: str, moderator: User, last: int) -> str:
    """Return the path by which one moderator does one act; ``last`` is the comment's last decision, 0 for none.

    It is void after three days, once anything was decided about the comment, and when the moderator's password
    changes; whether the moderator is of the staff, active and may moderate is asked again at each use.
    """
    token = links.make(PURPOSE, (comment.pk, moderator.pk, act, last), moderator.password)
    return reverse("comments:decide", args=[token])


@dataclass(frozen=True)
class Errand:
    """What a link in a mail is for: who is to do what to which comment."""

    comment: Comment
    act: str
    moderator: User
    last: int
    is_old: bool

    @property
    def overtaken_by(self) -> Decision | None:
        """The decision that came after the mail was written; then the link does nothing.

        A change of the text is none: what the page showed is posted back with the press, and compared.
        """
        later = Decision.objects.deciding_about(self.comment.pk).filter(pk__gt=self.last)
        return later.select_related("by").order_by("-pk").first()


def errand(token: str) -> Errand | None:
    """Return what a link is for; None where it is forged or void, or its moderator moderates no more."""
    parts = links.read(token)
    if parts is None or len(parts.words) != 4 or parts.words[2] not in ACTS:
        return None
    moderator = User.objects.filter(pk=parts.number(1), is_active=True, is_staff=True).first()
    if moderator is None or not parts.is_good(PURPOSE, moderator.password):
        return None
    if not moderator.has_perm("comments.moderate_comment"):
        return None
    comment = Comment.objects.select_related("article__section", "parent").filter(pk=parts.number(0)).first()
    if comment is None:
        return None
    return Errand(comment, parts.words[2], moderator, parts.number(3), parts.is_older_than(LINK_LIFE))


# The rounds.


def look_for_held() -> int:
    """Queue the mails to moderators that are due, and return how many."""
    queued = 0
    with transaction.atomic():
        MailRound.taken()  # its lock orders the rounds of several workers
        now = timezone.now()
        for choice in ModeratorMail.objects.exclude(speed=ModeratorMail.Speed.NEVER).select_related("user"):
            found = _due_for(choice, now)
            is_daily = choice.speed == ModeratorMail.Speed.DAILY
            if found is None or (not found and not is_daily):
                continue
            # A morning on which nothing waits is over as well: what comes at noon is for the next one.
            ModeratorMail.objects.filter(pk=choice.pk).update(mailed_at=now)
            if not found or not _may_be_mailed(choice.user):
                continue
            if not is_daily:
                told = [HeldNotice(mail=choice, comment_id=pk) for pk in found]
                HeldNotice.objects.bulk_create(told, ignore_conflicts=True)
            mail_held.enqueue(choice.pk, found[:SHOWN], len(found))
            queued += 1
    return queued


def _may_be_mailed(user: User) -> bool:
    return bool(user.email) and user.is_active and user.is_staff and user.has_perm("comments.moderate_comment")


def _due_for(choice: ModeratorMail, now: datetime) -> list[int] | None:
    """Return the comments that a moderator is to be mailed now, the oldest first; None while it is not time."""
    waiting = Comment.objects.pending()
    begun = choice.mailed_at or choice.since
    if choice.speed == ModeratorMail.Speed.DAILY:
        return list(waiting.values_list("pk", flat=True)[:SHOWN]) if now >= next_morning(begun) else None
    if choice.speed == ModeratorMail.Speed.HOURLY and choice.mailed_at and now < choice.mailed_at + HOUR:
        return None
    since = max(choice.since, begun - NEWS)  # not behind this moment: a worker may have stood still for a night
    put_back = {pk: at for pk, at in _put_back() if at > since}
    _forget_what_came_back(choice, put_back)
    told = HeldNotice.objects.filter(mail=choice, comment=OuterRef("pk"))
    news = waiting.filter(~Exists(told), created_at__gt=since)
    found = list(news.values_list("pk", flat=True)[: SHOWN * 10])
    # What the site itself put back into the queue (readers' reports) is news as well, whenever it was written.
    if others := put_back.keys() - set(found):
        found += waiting.filter(~Exists(told), pk__in=others).values_list("pk", flat=True)
    return found


def _forget_what_came_back(choice: ModeratorMail, put_back: dict[int, datetime]) -> None:
    """Let a comment be told again that was put back into the queue after a moderator had been told of it."""
    told = HeldNotice.objects.filter(mail=choice, comment__in=put_back).values_list("pk", "comment", "created_at")
    stale = [pk for pk, comment, at in told if at < put_back[comment]]
    if stale:
        HeldNotice.objects.filter(pk__in=stale).delete()


def _put_back() -> list[tuple[int, datetime]]:
    """Return what no person put back into the queue lately, and when, the newest last: a bounded look at the log."""
    last = Decision.objects.order_by("-pk").values_list("comment_id", "made_at", "act", "became", "by")[:LOOKED_AT]
    waits = Comment.Status.PENDING
    return [(pk, at) for pk, at, act, became, by in reversed(last) if act in MOVING and became == waits and by is None]


def forget_told() -> None:
    """Delete the notes of what moderators were told of, once no round looks so far behind their last mail."""
    past = Q(created_at__lt=F("mail__mailed_at") - 2 * NEWS) | Q(mail__speed=ModeratorMail.Speed.NEVER)
    HeldNotice.objects.filter(past).delete()


# The mail.


@dataclass(frozen=True)
class Held:
    """One comment as its mail shows it: what a card of the queue says of it, and the addresses of the three acts."""

    comment: Comment
    hosts: Sequence[Host]
    reports: Sequence[tuple[str, int]]  # the open ones by reason
    approve: str
    spam: str
    reject: str
    desk: str


@task("Mail held comments to a moderator", queue="mail")
def mail_held(user_pk: int, comment_pks: list[int], found: int) -> None:
    """Mail a moderator what still waits of these comments; nothing where all of it was decided meanwhile."""
    choice = ModeratorMail.objects.select_related("user").filter(pk=user_pk).first()
    if choice is None or choice.speed == ModeratorMail.Speed.NEVER or not _may_be_mailed(choice.user):
        return
    comments = list(
        Comment.objects.pending()
        .filter(pk__in=comment_pks)
        .select_related("article", "parent", "writer")
        .defer("article__body")
    )
    if not comments:
        return
    items = _held(comments, choice.user)
    waiting = max(Tally.counts()[Comment.Status.PENDING], len(items))
    daily = choice.speed == ModeratorMail.Speed.DAILY
    further = max(0, (waiting if daily else found) - len(comment_pks))
    about = {
        "items": items,
        "daily": daily,
        "further": further,
        "waiting": waiting,
        "days": LINK_LIFE.days,
        "queue": mail.absolute(reverse("admin:comments_comment_changelist")),
        "choice": mail.absolute(reverse("admin:comments_moderatormail_changelist")),
    }
    if daily:
        subject = f"{waiting} comments wait" if waiting != 1 else "1 comment waits"
    elif len(items) == 1:
        subject = f"A comment waits: {comments[0].article.headline}"
    else:
        subject = f"{len(items) + further} new comments wait"
    mail.send(mail.letter("held", to=choice.user.email, subject=subject, about=about))


def _held(comments: Sequence[Comment], moderator: User) -> list[Held]:
    last: dict[int, int] = {}
    decided = Decision.objects.filter(comment_id__in=[comment.pk for comment in comments]).order_by("pk")
    for pk, comment_pk in decided.values_list("pk", "comment_id"):
        last[comment_pk] = pk
    reported = [comment for comment in comments if comment.reported_at]
    reports = Report.objects.by_comment(reported) if reported else {}
    items = []
    for comment in comments:
        acts = {act: mail.absolute(decision_link(comment, act, moderator, last.get(comment.pk, 0))) for act in ACTS}
        desk = mail.absolute(reverse("admin:comments_comment_change", args=[comment.pk]))
        reasons = Counter(report.get_reason_display().lower() for report in reports.get(comment.pk, []))
        items.append(Held(comment, spelled_out(comment), reasons.most_common(), **acts, desk=desk))
    return items
