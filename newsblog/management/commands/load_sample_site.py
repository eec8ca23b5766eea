"""Fill an empty site with the sample: articles, pictures, people and conversations from newsblog/sample.

Everything goes through the same methods as an editor's or a reader's act, so that counts, logs and kept fields are
those of a lived-in site. What is there already is left as it is: a second run changes nothing.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from articles import images
from articles.models import Article, Author, Byline, Publisher, Section, Tag
from comments.markup import render
from comments.models import Appeal, Comment, Measure, Notice, Policy, StaffNote, Thread, Writer
from comments.triage import triage

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
ORIGIN = "sample"  # stands in ``imported_from`` of every row, and as the channel of every decision
PIN_LASTS = timedelta(days=60)
SCHEDULED_IN = timedelta(days=2)
BETWEEN_PENDING = timedelta(minutes=23)  # from one waiting comment to the next
MEASURE_LASTS = timedelta(days=30)
EDITED_AFTER = timedelta(minutes=6)  # within the time that a writer has
DECIDED_AFTER = timedelta(minutes=12)  # what a moderator on duty takes

# Username, full name, role; comments.toml names those who answer readers by their username. None can sign in until
# somebody gives them a password.
STAFF = (
    ("ada", "Ada King", "editor"),
    ("max", "Max Orsini", "moderator"),
    ("priya", "Priya Nair", "author"),
    ("jonas", "Jonas Lind", "author"),
    ("ines", "Ines Roth", "author"),
    ("tom", "Tom Okafor", "author"),
    ("max-weber", "Max Weber", "author"),
)

Table = dict[str, Any]  # one table of a TOML file


class Command(BaseCommand):
    help = "Load the sample articles and comments into a site that has no others."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="load beside articles that are not of the sample")
        parser.add_argument(
            "--staff-passwords", action="store_true", help="give the sample's staff random passwords and print them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["force"] and Article.objects.exclude(imported_from=ORIGIN).exists():
            raise CommandError("This site has articles of its own. To load the sample beside them, add --force.")
        here = set(Article.objects.values_list("slug", flat=True))
        articles = [read(path) for path in sorted((SAMPLE / "articles").glob("*.toml"))]
        articles = [row for row in articles if row["slug"] not in here]
        people = read(SAMPLE / "people.toml")
        comments = read(SAMPLE / "comments.toml")["comments"]
        pictures = keep_pictures({row["hero"]["picture"] for row in articles if "hero" in row})
        # One transaction: a load that was cut off leaves an empty site, and the next run does all of it.
        with transaction.atomic():
            load_people(people)
            passwords = list(load_staff(with_passwords=options["staff_passwords"]))
            for row in articles:
                load_article(row, pictures)
            said = sum(load_comments(comments))
            load_desk(read(SAMPLE / "desk.toml"))
        if options["verbosity"] > 0:
            self.stdout.write(f"{len(articles)} articles and {said} comments loaded.")
        for username, password in passwords:
            self.stdout.write(f"  {username}  {password}")


def read(path: Path) -> Table:
    """Return a TOML file; one that is broken stops the load by its name."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as broken:
        raise CommandError(f"{path.name}: {broken}") from broken


def keep_pictures(names: set[str]) -> dict[str, str]:
    """Keep each picture with its copies, as an upload is kept; return the name that it got.

    Pillow lets go of the interpreter while it works, so every core takes part.
    """
    hero = Article._meta.get_field("hero")

    def keep(name: str) -> str:
        with (SAMPLE / "pictures" / name).open("rb") as file:
            content = images.clean(file)
        kept = f"{hero.upload_to}{content.name}"
        # The name follows from the content: where it is there, it is this picture.
        if not hero.storage.exists(kept):
            hero.storage.save(kept, content)
        images.make_copies(kept, hero.storage)
        return kept

    with ThreadPoolExecutor() as pool:
        return dict(zip(names, pool.map(keep, names), strict=True))


def load_people(people: Table) -> None:
    """Write sections, authors and those tags that have a description; the others come with the articles."""
    for model, name in ((Section, "sections"), (Author, "authors"), (Tag, "tags")):
        for row in people.get(name, []):
            fields = {key: value for key, value in row.items() if key != "slug"}
            model._default_manager.get_or_create(slug=row.get("slug") or slugify(row["name"]), defaults=fields)


def load_staff(*, with_passwords: bool) -> Iterator[tuple[str, str]]:
    """Write the staff, tied to their bylines; yield name and password of those who were given one."""
    for username, name, role in STAFF:
        first, _, last = name.partition(" ")
        user, is_new = User.objects.get_or_create(
            username=username, defaults={"first_name": first, "last_name": last, "is_staff": True}
        )
        if is_new:
            user.set_unusable_password()
            user.groups.add(Group.objects.get(name=role))
            Author.objects.filter(name=name, user=None).update(user=user)
        if with_passwords:
            password = secrets.token_urlsafe(15)
            user.set_password(password)
            yield username, password
        user.save()


def load_article(row: Table, pictures: dict[str, str]) -> None:
    """Write one article and take it to its state."""
    at: datetime | None = row.get("publish_at")
    if row["state"] == "scheduled":
        at = timezone.now() + SCHEDULED_IN
    written = (at or timezone.now()) - timedelta(hours=3)
    article = Article(
        **{name: row.get(name, "") for name in ("headline", "kicker", "standfirst", "slug", "body", "ai_note")},
        section=Section.objects.get(slug=row["section"]),
        ai_involvement=row.get("ai_involvement") or Article.AI.NONE,
        created_at=min(written, timezone.now()),
        edited_at=min(written, timezone.now()),
        imported_from=ORIGIN,
        imported_id=row["slug"],
        **source_fields(row.get("source", {})),
    )
    if hero := row.get("hero"):
        article.hero = pictures[hero["picture"]]
        article.hero_alt = hero["alt"]
        article.hero_caption = hero.get("caption", "")
        article.hero_credit = hero.get("credit", "")
    article.save()
    article.tags.set([tag_named(name) for name in row["tags"]])
    for position, slug in enumerate(row["bylines"]):
        Byline.objects.create(article=article, author=Author.objects.get(slug=slug), position=position)
    move(article, row, at)


def source_fields(source: Table) -> Table:
    """Return the fields of an article that say which story it is based on."""
    if not source:
        return {}
    name = source["publisher"]
    publisher, _ = Publisher.objects.get_or_create(
        name=name, defaults={"slug": slugify(name), "url": source.get("publisher_url", "")}
    )
    return {
        "source_publisher": publisher,
        "source_title": source["title"],
        "source_url": source["url"],
        "source_kind": source["kind"],
        "source_seen_on": source.get("seen_on"),
    }


def tag_named(name: str) -> Tag:
    return Tag.objects.get_or_create(name=name, defaults={"slug": slugify(name)})[0]


def move(article: Article, row: Table, at: datetime | None) -> None:
    """Take a draft to the state that its file names, by the acts that lead there."""
    state = row["state"]
    if state not in ("draft", "in_review", "published", "scheduled", "withdrawn"):
        raise CommandError(f"{article.slug}: “{state}” is no state that a sample article can have.")
    if state == "draft":
        return
    article.submit(by=None)
    if state == "in_review":
        return
    article.publish(by=None, at=at)
    for notice in row.get("corrections", []):
        article.correct(by=None, kind=notice["kind"], text=notice["text"], at=notice["made_at"])
    if row.get("pinned"):
        article.pin(by=None, until=timezone.now() + PIN_LASTS)
    if state == "withdrawn":
        article.withdraw(by=None, reason=row["withdrawn_reason"])


def load_comments(rows: list[Table]) -> Iterator[bool]:
    """Write the comments in the file's order, an answer after what it answers; yield whether each is new."""
    articles = {article.slug: article for article in Article.objects.filter(imported_from=ORIGIN)}
    known = {comment.imported_id: comment for comment in Comment.objects.filter(imported_from=ORIGIN)}
    waiting = sum(row["status"] == Comment.Status.PENDING for row in rows)
    for row in rows:
        if row["status"] == Comment.Status.PENDING:
            # A queue in which comments wait for years teaches nothing: they came in during the last hours.
            row = row | {"said_at": timezone.now() - waiting * BETWEEN_PENDING}
            waiting -= 1
        if row["key"] in known:
            yield False
            continue
        parent = known.get(row.get("parent", ""))
        if row.get("parent") and parent is None:
            raise CommandError(f"comments.toml: {row['key']} answers {row['parent']}, which does not stand before it.")
        known[row["key"]] = load_comment(row, articles[row["article"]], parent)
        yield True


def load_comment(row: Table, article: Article, parent: Comment | None) -> Comment:
    """Write one comment as its reader did, and decide about it as a moderator did."""
    said_at = (article.publish_at or article.created_at) + timedelta(minutes=row["minutes"])
    said_at = row.get("said_at") or min(said_at, timezone.now())
    comment = Comment(
        article=article,
        parent=parent,
        writer=Writer.of(row["email"]),
        staff=User.objects.get(username=row["staff"]) if row.get("staff") else None,
        name=row["name"],
        website=row.get("website", ""),
        text=row["text"].strip(),
        featured=row.get("featured", False),
        created_at=said_at,
        imported_from=ORIGIN,
        imported_id=row["key"],
    )
    comment.html = render(comment.text)
    verdict = triage(comment)  # moderators see why it waits, or would have waited
    comment.rule, comment.because = verdict.rule, verdict.because
    comment.enter(channel=ORIGIN)
    status = row["status"]
    if status == Comment.Status.APPROVED:
        comment.approve(by=None, channel=ORIGIN)
    elif status == Comment.Status.REJECTED:
        comment.reject(by=None, reason=row["reason"], channel=ORIGIN)
    elif status == Comment.Status.SPAM:
        comment.mark_spam(by=None, channel=ORIGIN)
    elif status == Comment.Status.WITHDRAWN:
        comment.withdraw(channel=ORIGIN)
    if status != Comment.Status.PENDING:
        # The log says when the sample was loaded; the reader's page says when such a comment is decided about.
        comment.decided_at = min(said_at + DECIDED_AFTER, timezone.now())
        comment.save(update_fields=["decided_at"])
    return comment


def load_desk(desk: Table) -> None:
    """Do what the desk did since, once: a site whose rules somebody has saved is led by that person."""
    if Policy.objects.exists():
        return
    moderator = User.objects.get(username="max")
    Policy(guidelines=desk["guidelines"].strip()).change(by=moderator)
    for row in desk["acts"]:
        if row["act"] == "close":
            Thread.of(Article.objects.get(slug=row["article"])).close(by=moderator, reason=row["reason"])
        else:
            act_on(Comment.objects.get(imported_from=ORIGIN, imported_id=row["comment"]), row, moderator)


def act_on(comment: Comment, row: Table, moderator: User) -> None:
    """Do to one comment what its writer, another reader or a moderator did."""
    match row["act"]:
        case "edit":
            comment.edit(text=row["text"], name=comment.name, website=comment.website, seen=comment.on_screen)
            comment.edited_at = comment.created_at + EDITED_AFTER
            comment.save(update_fields=["edited_at"])
        case "amend":
            comment.amend(by=moderator, text=row["text"], reason=row["reason"])
        case "report" | "notice":
            report = comment.report(reason=row["reason"], statement=row.get("statement", ""), network=row["network"])
            if row["act"] == "notice" and report is not None:
                Notice.enter(report, law=row["law"], name=row["name"])
        case "appeal":
            Appeal.lodge(comment, row["text"])
        case "measure":
            writer = Writer.objects.get(comments=comment)
            until = timezone.now() + MEASURE_LASTS
            Measure.impose(writer, row["kind"], by=moderator, reason=row["reason"], until=until)
            StaffNote.leave(writer, by=moderator, text=row["note"])
        case unknown:
            raise CommandError(f"desk.toml: “{unknown}” is no act that a sample can have.")
