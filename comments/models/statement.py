"""Statements of reasons: what was decided and why, in the words of the day on which it was decided.

Nothing here is looked up again: whoever renames a reason, rewrites the guidelines or changes a rule changes what
later statements say, never an earlier one.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from comments.models.appeal import Appeal
from comments.models.policy import Policy
from comments.models.report import Report
from comments.rule_names import public_name_of

if TYPE_CHECKING:
    from comments.models.comment import Comment
    from comments.models.log import Decision
    from comments.models.notice import Notice

OUT_OF_COURT = (
    "You may also turn to a body for settling disputes out of court that is certified under article 21 of the Digital "
    "Services Act (Regulation (EU) 2022/2065), or to a court."
)
APPEAL = (
    "You may appeal once, on your receipt, free of charge and without a lawyer. Another moderator than the one who "
    "decided reads the comment again. "
)


AWAIT = "A moderator looks at it without your asking. If it stays hidden then: "


class Wording(models.Model):
    """A text as it stood, kept once however many statements rest on it."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Wording of {self.since:%Y-%m-%d}"

    @classmethod
    def of(cls, text: str) -> Wording:
        """Return the row of a text, made where it is new."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        return cls.objects.get_or_create(digest=digest, defaults={"text": text})[0]


class Statement(models.Model):
    """What one decision restricted or left, on which facts and ground, by whom or what, and what can be done then."""

    class To(models.TextChoices):
        WRITER = "writer", "The comment's writer"
        NOTIFIER = "notifier", "Whoever sent a notice"

    class Ground(models.TextChoices):
        GUIDELINES = "guidelines", "the guidelines of this site"
        LAW = "law", "the law"

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="statements")
    # Whose, where it is to a notifier: one decision answers every notice about the comment.
    notice = models.ForeignKey(
        "comments.Notice", null=True, blank=True, on_delete=models.CASCADE, related_name="statements"
    )
    decision = models.BigIntegerField()  # the row of the log
    to = models.CharField(max_length=10, choices=To)
    made_at = models.DateTimeField()
    restriction = models.CharField(max_length=200)
    facts = models.TextField()
    ground = models.CharField(max_length=10, choices=Ground, blank=True)
    reason = models.CharField(max_length=100, blank=True)  # as the list of reasons read
    law = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)  # from the moderator
    automation = models.CharField(max_length=400)
    guidelines = models.ForeignKey(Wording, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    redress = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "to"], condition=models.Q(notice__isnull=True), name="statement_once"
            ),
            models.UniqueConstraint(fields=["decision", "notice"], name="statement_once_a_notice"),
        ]

    def __str__(self) -> str:
        return f"Statement {self.pk}"

    @classmethod
    def to_writer(cls, comment: Comment, decision: Decision, *, note: str) -> Statement:
        """Write down why a comment is kept from readers; ``comment`` is as it was before the decision."""
        law = decision.reason == comment.Reason.UNLAWFUL
        policy = Policy.current()
        return cls.objects.create(
            comment=comment,
            decision=decision.pk,
            to=cls.To.WRITER,
            made_at=decision.made_at,
            restriction=_restriction(decision),
            facts=_facts(comment, decision),
            ground=cls.Ground.LAW if law else cls.Ground.GUIDELINES,
            reason=str(dict(comment.Reason.choices).get(decision.reason, decision.reason)),
            law=_law_applied(comment) if law else "",
            note=note,
            automation=_automation(decision),
            guidelines=Wording.of(policy.guidelines) if policy.guidelines and not law else None,
            redress=Wording.of(_redress(comment, decision)),
        )

    @classmethod
    def to_notifier(cls, notice: Notice, decision: Decision, *, restriction: str, law: str | None = None) -> Statement:
        """Write down what became of a notice; the moderator's own words stay with the notice.

        ``law`` is what the notice named, where the decision rests on the law, and None where it does not.
        """
        comment = notice.comment
        sent = notice.made_at
        return cls.objects.get_or_create(
            decision=decision.pk,
            to=cls.To.NOTIFIER,
            notice=notice,
            defaults={
                "comment": comment,
                "made_at": decision.made_at,
                "restriction": restriction,
                "facts": f"Notice {notice.pk} of {sent.day} {sent:%B %Y} about comment {comment.pk}, with the "
                "statement that came with it, and the comment itself.",
                "ground": "" if law is None else cls.Ground.LAW,
                "law": law or "",
                "automation": "No automated means decided about your notice: a person did."
                if decision.by_id
                else "No person had to decide about your notice.",
                "redress": Wording.of(_objection() + (Policy.current().redress or OUT_OF_COURT)),
            },
        )[0]


def _redress(comment: Comment, decision: Decision) -> str:
    """Return what a writer can do; nobody appeals against what decides nothing yet, or twice."""
    here = "" if Appeal.objects.filter(comment=comment.pk).exists() else APPEAL
    if here and decision.became == "pending":
        here = AWAIT + APPEAL
    return here + (Policy.current().redress or OUT_OF_COURT)


def _objection() -> str:
    """Return what whoever sent a notice can do first; an address of the newsroom is named where it has one."""
    contact = f", or write to {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    return f"If you disagree, send a new notice that says what we missed{contact}. "


def _restriction(decision: Decision) -> str:
    if decision.channel == "report":
        return "Your comment is hidden from readers until a moderator has looked at it."
    if decision.became == "pending":
        return "Your comment is hidden from readers until a moderator has looked at it again."
    if decision.was == "approved":
        return "Your comment was removed: readers do not see it any more."
    return "Your comment was not published."


def _facts(comment: Comment, decision: Decision) -> str:
    """Return what the decision rests on; who reported is nobody's business."""
    written = comment.created_at
    facts = f"Comment {comment.pk}, written on {written.day} {written:%B %Y} under {comment.article.named}."
    counted = Report.objects.filter(comment=comment).exclude(state=Report.State.DISMISSED).counted()
    if counted:
        words = {"spam": "spam", "abuse": "abuse", "off-topic": "off topic", "illegal": "illegal content"}
        parts = ", ".join(f"{number} × {words[reason]}" for reason, number in counted)
        facts += f" Readers reported it: {parts}."
    elif decision.by_id and not Report.objects.filter(comment=comment).exists():
        facts += " A moderator read it without a report."
    return facts


def _law_applied(comment: Comment) -> str:
    """Return the law of the notice that is being upheld, which has its reasons already; else that of all open ones.

    Empty where those name several, or none: a moderator's note may name one.
    """
    waiting = comment.notices.filter(handled_at=None)
    upheld = list(waiting.exclude(explanation="").values_list("law", flat=True))
    named = set(upheld or waiting.exclude(law="").values_list("law", flat=True))
    return named.pop() if len(named) == 1 else ""


def _automation(decision: Decision) -> str:
    """Return whether a machine found or decided it, and by which rule; what the rule looks for is not told.

    A rule that looks at who wrote is not named: whoever typed somebody's address would learn what is known of it.
    """
    name = public_name_of(decision.rule)
    rule = f": the rule “{name}”" if name else ""
    if decision.by_id is None:
        return f"Decided by automated means{rule}."
    if name:
        return f"Decided by a person. Automated means had put it before the moderators{rule}."
    return "Decided by a person. No rule about its words had put it before the moderators."
