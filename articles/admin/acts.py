"""What the bar below an article says and offers, by state and role; each button says what readers will see."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Article
from articles.templatetags.desk import zoned_plain
from articles.workflow import ACTS, State


@dataclass(frozen=True)
class Button:
    """A press: the value that the form posts, and the words on it."""

    act: str
    words: str
    asks: str = ""  # the form's field that it needs first; the button opens a panel with it


@dataclass(frozen=True)
class Bar:
    """One main button, the others in the order of use, and what readers see as things stand."""

    says: str
    main: Button
    others: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()  # behind "Other…"
    names_time: str = ""  # the publish time that a button promises; the server acts on no other


def may(user: User, word: str, article: Article) -> bool:
    """Whether an act starts in this article's state and this person may do it."""
    act = ACTS[word]
    return article.state in act.starts and user.has_perm(act.permission)


def bar_for(article: Article, user: User) -> Bar:
    """Return the bar for an article, which may be one that is not saved yet."""
    nothing_yet = "Readers see nothing of this yet."
    publishes = user.has_perm("articles.publish_article")
    due = article.publish_at
    if article.is_published:
        more: tuple[Button, ...] = ()
        if may(user, "withdraw", article):
            more = (Button("withdraw", "Withdraw…", "withdraw_reason"),)
        return Bar(
            "Readers see the saved version.", Button("update", "Update the live page…", "notice_kind"), more=more
        )
    if article.is_scheduled:
        more = (
            Button("unschedule", "Take the publish time away"),
            Button("publish", "Publish now: readers see it at once"),
        )
        return Bar(
            f"Readers see it {zoned_plain(due)}.", Button("save", f"Save, still due {zoned_plain(due)}"), more=more
        )
    if article.state == State.WITHDRAWN:
        says = "Readers see that it was withdrawn, and why."
        if not publishes:
            return Bar(says, Button("save", "Save"))
        return Bar(says, Button("save", "Save"), more=(Button("publish", "Publish again: readers see it at once"),))
    save = Button("save", "Save draft" if article.state == State.DRAFT else "Save")
    if not publishes:
        return Bar(nothing_yet, Button("submit", "Send for review"), (save,))
    ahead = due is not None and due > timezone.now()
    schedule = Button("schedule", f"Schedule {zoned_plain(due)}" if ahead else "Schedule for the time above")
    now = Button("publish", "Publish now: readers see it at once" if ahead else "Publish now")
    promised = zoned_plain(due) if ahead else ""
    if article.state == State.DRAFT:
        return Bar(nothing_yet, Button("submit", "Send for review"), (save,), (now, schedule), promised)
    back = Button("send_back", "Send back with a note…", "send_back_note")
    return Bar(nothing_yet, schedule if ahead else now, (save,), (back, now if ahead else schedule), promised)
