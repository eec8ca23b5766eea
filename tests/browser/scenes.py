"""A site in which everything has happened that readers and moderators can meet: what the tests of every page look at.

It runs as a command on the site of these tests (``site.manage("shell", "-c", "from tests.browser.scenes import play;
play()")``), through the same methods as the acts of people, and prints the addresses of its pages, by name, as JSON.
"""

from __future__ import annotations

import json
from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Section
from comments import subscriptions, trust
from comments.held_mail import decision_link
from comments.models import (
    Appeal,
    Block,
    BlockedWord,
    Comment,
    DataRequest,
    Follow,
    Measure,
    ModeratorMail,
    Notice,
    Policy,
    Restriction,
    StaffNote,
    Thread,
    Writer,
)
from comments.receipts import receipt_url

SLUG = "microsoft-and-openai-extend-partnership"
LONG = (
    "The part about the price interests me most. We run forty of these, and what the sheet says about power is true "
    "only while nothing is written.\n\n> what the sheet says\n\nSee https://bench.example/forty-machines/ for our "
    "figures, and `fio --direct=1` for how they were made."
)


def say(
    article: Article, name: str, text: str = LONG, *, status: str = Comment.Status.APPROVED, **fields: object
) -> Comment:
    """Enter a comment by a person whose address follows from the name."""
    comment = Comment(
        article=article,
        name=name,
        text=text,
        writer=Writer.of(f"{name.encode().hex()[:60]}@scenes.example"),
        status=status,
    )
    for field, value in fields.items():
        setattr(comment, field, value)
    comment.enter()
    return comment


def moderator(username: str) -> User:
    user, _ = User.objects.get_or_create(
        username=username, defaults={"first_name": "Noor", "last_name": "Haddad", "is_staff": True}
    )
    user.groups.add(Group.objects.get(name="moderator"))
    return User.objects.get(pk=user.pk)


@transaction.atomic
def play() -> None:
    """Let it all happen, and print where it can be seen."""
    max_, noor = moderator("max"), moderator("noor")
    policy = Policy.current()
    policy.guidelines = (
        "Be kind and stay on the subject.\n\n* Say where you know it from.\n* No names of third persons."
    )
    policy.announcement = "This week *moderators* read until 22:00. Answers may take longer at night."
    policy.avatars = policy.public_log = policy.trust_confirmed = True
    policy.trust_after = 1
    policy.change(by=max_)

    article = Article.objects.get(slug=SLUG)
    top = say(article, "Anneliese Wolfeschlegelsteinhausenbergerdorff-Zimmermann", website="https://anneliese.example/")
    branch = [top]
    for depth in range(8):
        branch.append(
            say(article, f"Reader {depth}", f"Answer number {depth + 1}, one step deeper.", parent=branch[-1])
        )
    for number in range(9):
        say(article, f"Many {number}", "Another answer to the same remark.", parent=top)
    say(article, "דנה לוי", "אני מסכימה עם הכתבה, אבל המחיר (כ־40 יורו) גבוה מדי.\n\n> ציטוט קצר", parent=top)
    say(article, "Z̷̢̛a̴̧͝l̸̛̠g̵͚̾o̴͈̓ " + "̸̢͚" * 20, "H̸̡̪̯ͨ͊̽̅̾̎ȩ̬̩̾͛ͪ̈́̀́͘ ̶̧̨̱̹̭̯ͧ̾ͬc̷̙̲̝͖ͭ̏ͥͮ͟oͮ͏̮̪̝͍m̲̖͊̒ͪͩͬ̚̚͜ȩ̴̟̟͙̞ͩ͌͝s̨̥̫͎̭ͯ̿̔̀ͅ " + "x" * 300)
    picked = say(article, "P. Okafor", "I built the first of these. The *second* source was the one that held.")
    picked.feature(by=max_)
    amended = say(article, "Tom Lindqvist", "It was Mr X of 4 Long Street who did it.")
    amended.amend(by=max_, text="It was somebody else who did it.", reason="An address was named")
    edited = say(article, "Ines Kaya", "Teh second line.")
    edited.edit(text="The second line.", name="Ines Kaya", website="", seen=edited.text_version, status=edited.status)
    asked = say(article, "Yuki Sato", "Who pays for the power?", status=Comment.Status.PENDING)
    asked.answer(by=max_, text="The buyer does: it says so in *section 4* of the contract.")
    gone = say(article, "Somebody Else", "I take this back soon.")
    say(article, "Third Person", "And yet this answer stays.", parent=gone)
    gone.withdraw()

    pending = say(article, "Rita Moreau", status=Comment.Status.PENDING)
    pending.because = "2 links; this site holds comments with 2 or more"
    pending.save()
    Follow.ask(pending)
    follower = say(article, "Rita Moreau", "I follow this one.")
    Follow.ask(follower, speed=Follow.Speed.DAILY)
    other = Article.objects.published().exclude(pk=article.pk).order_by("-publish_at")[3]
    Follow.ask(say(other, "Rita Moreau", "And this one."))
    rejected = say(article, "Lena Berg", "Only an idiot would buy that.", status=Comment.Status.PENDING)
    rejected.reject(by=max_, reason="insult", note="Say it without the insult, and it will be published.")
    appealed = say(article, "Omar Diaz", "Whoever wrote this was paid.", status=Comment.Status.PENDING)
    appealed.reject(by=max_, reason="no-source")
    appeal = Appeal.lodge(appealed, "The source is the company's own report for 2022, page 14; I can send it.")
    refused = say(article, "Eva Novak", "Buy it from my shop.", status=Comment.Status.PENDING)
    refused.reject(by=max_, reason="advertising")
    Appeal.lodge(refused, "It is a small shop.").refuse(by=noor, note="A small shop's advertisement is one too.")
    spam = say(article, "Best Casino", "Best casino https://casino.example/win https://bit.ly/abc", status="spam")
    spam.rule, spam.score = "score", 93
    spam.save()
    withdrawn = say(article, "Jo March", "Not for long.")
    withdrawn.withdraw()

    reported = say(article, "Loud Person", "Everybody who likes this is a fool.")
    for number, reason in enumerate(("abuse", "off-topic")):
        reported.report(reason=reason, network=f"192.0.2.{number}/32")
    accused = say(article, "Kim Accused", "He stole it, and I can prove it.")
    report = accused.report(
        reason="illegal", statement="It names me as a thief, which is false.", network="192.0.2.9/32"
    )
    assert report
    notifier = Writer.of("n@scenes.example")
    notice = Notice.enter(report, law="Section 186 of the penal code", name="V. Named", notifier=notifier)
    removed = say(article, "Kim Accused", "A threat against one person.")
    report = removed.report(reason="illegal", statement="It is a threat against me.", network="192.0.2.10/32")
    assert report
    upheld = Notice.enter(report, name="V. Named", notifier=notifier)
    upheld.uphold(by=max_, explanation="It threatens a person, which section 241 of the penal code forbids.")
    upheld.refresh_from_db()

    writer = rejected.writer
    assert writer
    Measure.impose(writer, kind="warn", by=max_, reason="Once more, and you have to wait for a week.")
    StaffNote.leave(writer, by=max_, text="Writes well when the subject is hardware.")
    BlockedWord.objects.get_or_create(phrase="casino*", defaults={"effect": "reject", "reason": "advertising"})
    Block.objects.get_or_create(kind="link", value="casino.example", defaults={"note": "Seen in every wave of spam"})
    ModeratorMail(user=max_).choose("daily")

    talks = list(Article.objects.published().exclude(pk__in=[article.pk, other.pk]).order_by("-publish_at")[4:7])
    until = timezone.now() + timedelta(days=2)
    for each, mode in zip(talks, ("slow", "staff", "closed"), strict=True):
        Thread.of(each).rule(mode, by=max_, reason="It had become heated.", until=until)
    Restriction(section=Section.objects.last(), mode="slow", reason="A busy week.", until=until, by=max_).save()

    confirmed, asked_only = follower.writer, Writer.of("asked@scenes.example")
    assert confirmed
    confirmed.confirm()
    wish = say(article, "New Person", "May I have mail?")
    wish.writer, wish.wants_outcome = asked_only, True
    wish.save()
    Follow.ask(wish)
    follow = Follow.objects.get(comment=follower)
    doubted = say(article, "Rita Moreau", "Is this mine?", status=Comment.Status.PENDING, rule=trust.RULE)
    key = DataRequest.objects.create(writer=confirmed).open_with_new_key()

    receipt = receipt_url(pending)
    desk = {name: f"/admin/comments/{name}/" for name in ("appeal", "notice")}
    print(
        json.dumps(
            {
                "public": {
                    "article": article.get_absolute_url(),
                    "slow": talks[0].get_absolute_url(),
                    "staff": talks[1].get_absolute_url(),
                    "closed": talks[2].get_absolute_url(),
                    "thread": reverse("comments:thread", args=[top.pk]),
                    "reply": f"{reverse('comments:write', args=[SLUG])}?reply={top.pk}",
                    "report": reverse("comments:report", args=[top.pk]),
                    "reported": reverse("comments:reported", args=[SLUG]),
                    "privacy": "/privacy/",
                    "transparency": "/comments/transparency/",
                    "log": "/comments/log/",
                    "feeds": "/feeds/",
                    "ask for data": "/comments/my-data/",
                },
                "private": {
                    "pending": receipt,
                    "approved": receipt_url(follower),
                    "edited": receipt_url(edited),
                    "amended": receipt_url(amended),
                    "rejected": receipt_url(rejected),
                    "appealed": receipt_url(appealed),
                    "refused": receipt_url(refused),
                    "removed": receipt_url(removed),
                    "spam": receipt_url(spam),
                    "withdrawn": receipt_url(withdrawn),
                    "edit": f"{receipt}edit/",
                    "withdraw": f"{receipt}withdraw/",
                    "renew": f"{receipt}link/",
                    "one comment's data": f"{receipt}data/",
                    "appeal": f"{receipt_url(rejected)}appeal/",
                    "no appeal": f"{receipt_url(refused)}appeal/",
                    "void receipt": f"/comments/receipt/{pending.pk}-{'x' * 43}/",
                    "notice": notice.get_absolute_url(),
                    "notice upheld": upheld.get_absolute_url(),
                    "my data": reverse("comments:my_data", args=[key]),
                    "erase": reverse("comments:erase_data", args=[key]),
                    "own": trust.own_url(doubted),
                    "void own": "/comments/own/nothing/",
                    "subscriptions": subscriptions.subscriptions_path(confirmed),
                    "stop": subscriptions.stop_path(confirmed),
                    "confirm": subscriptions.question_path(asked_only),
                    "mute": subscriptions.mute_path(follow),
                    "decide approve": decision_link(pending, "approve", max_, 0),
                    "decide reject": decision_link(pending, "reject", max_, 0),
                    "decide spam": decision_link(pending, "spam", max_, 0),
                },
                "desk": {
                    "today": "/admin/",
                    "queue": "/admin/comments/comment/",
                    "rows": "/admin/comments/comment/?view=rows",
                    **{
                        folder: f"/admin/comments/comment/?folder={folder}"
                        for folder in ("reported", "spam", "rejected", "approved", "withdrawn")
                    },
                    "nothing found": "/admin/comments/comment/?q=nothingofthekind",
                    "one pending": f"/admin/comments/comment/{pending.pk}/change/",
                    "one amended": f"/admin/comments/comment/{amended.pk}/change/",
                    "one reported": f"/admin/comments/comment/{reported.pk}/change/",
                    "person": f"/admin/comments/writer/{writer.pk}/",
                    "figures": "/admin/comments/comment/figures/",
                    "test box": "/admin/comments/policy/try/",
                    **desk,
                    "one appeal": f"/admin/comments/appeal/{appeal.pk}/change/",
                    "one notice": f"/admin/comments/notice/{notice.pk}/change/",
                    "own mail": "/admin/comments/moderatormail/",
                    "thread list": "/admin/comments/thread/",
                    "one thread": f"/admin/comments/thread/{talks[0].pk}/change/",
                },
                "rules": {
                    "policy": "/admin/comments/policy/1/change/",
                    "replay": "/admin/comments/policy/replay/",
                    "blocks": "/admin/comments/block/",
                    "one block": "/admin/comments/block/add/",
                    "list of blocks": "/admin/comments/block/list/",
                    "words": "/admin/comments/blockedword/",
                    "one word": "/admin/comments/blockedword/add/",
                    "restrictions": "/admin/comments/restriction/",
                    "one restriction": "/admin/comments/restriction/add/",
                },
            }
        )
    )
