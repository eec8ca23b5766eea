"""Two moderators in two processes on one SQLite file: whatever they press at once, one decides and the other is told.

The same with connections to PostgreSQL is in ``tests/comments/test_together.py``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.test_two_processes import ROOT, environment

EACH = 12  # comments that both press on, for each pair of acts

SETUP = """
import django
django.setup()
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone
from articles.models import Article, Section
from comments.models import Comment, Writer
call_command("migrate", verbosity=0)
for name in ("max", "ada"):
    User.objects.create_user(name, first_name=name.title()).groups.add(Group.objects.get(name="moderator"))
section = Section.objects.create(name="Security", slug="security")
article = Article(headline="A story", slug="a-story", body="<p>A first paragraph.</p>", section=section)
article.save()
article.publish(by=None)
for number in range(%d):
    writer = Writer.of(f"reader-{number}@reader.example")
    Comment(article=article, name="Rita Moreau", text=f"Remark {number}.", writer=writer).enter()
"""

# A press sees what was on the screen before anybody acted; the answers are counted.
MODERATOR = """
import json, sys
import django
django.setup()
from django.contrib.auth.models import User
from comments.models import AlreadyDecided, Comment, Measure, Writer
me = User.objects.get(username=sys.argv[1])
comments = list(Comment.objects.order_by("pk"))
writers = list(Writer.objects.order_by("pk"))
acts = {
    "approve": lambda n: comments[n].approve(by=me, seen=comments[n].on_screen),
    "spam": lambda n: comments[n].mark_spam(by=me, seen=comments[n].on_screen),
    "amend": lambda n: comments[n].amend(by=me, text=f"By {me}", reason="A test.", seen=comments[n].on_screen),
    "ban": lambda n: Measure.impose(writers[n], "ban", by=me, reason=f"By {me}"),
}
print("ready", flush=True)
sys.stdin.readline()
said = {"done": [], "told": []}
for act, start, end in json.loads(sys.argv[2]):
    for number in range(start, end):
        try:
            acts[act](number)
        except AlreadyDecided as refusal:
            said["told"].append(str(refusal))
        else:
            said["done"].append(f"{act}:{number}")
print(json.dumps(said), flush=True)
"""

RESULT = """
import json
import django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from comments.models import Comment, Decision, Measure, Revision, Tally, Writer
call_command("verify_log", verbosity=0)
print(json.dumps({
    "decisions": list(Decision.objects.deciding().order_by("comment_id").values_list("comment_id", flat=True)),
    "texts": list(Comment.objects.order_by("pk").values_list("text", "status")),
    "revisions": Revision.objects.count(),
    "bans": list(Measure.objects.in_force(timezone.now()).values_list("writer", flat=True)),
    "tally": dict(Tally.counts()),
}))
"""


def run(script: str, var: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(var), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def pressed_together(var: Path, presses: dict[str, list[Any]]) -> dict[str, dict[str, list[str]]]:
    """Let each moderator press in a process of their own, all from the same moment on."""
    people = {
        name: subprocess.Popen(
            [sys.executable, "-c", MODERATOR, name, json.dumps(acts)],
            cwd=ROOT,
            env=environment(var),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, acts in presses.items()
    }
    for process in people.values():
        assert process.stdout
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in people.values():
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    said = {}
    for name, process in people.items():
        out, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
        said[name] = json.loads(out)
    return said


def test_whatever_two_moderators_press_at_once_one_decides_and_the_other_is_told(tmp_path: Path) -> None:
    run(SETUP % (2 * EACH), tmp_path)
    both = [("ban", 0, EACH)]
    said = pressed_together(
        tmp_path,
        {
            "max": [("approve", 0, EACH), ("amend", EACH, 2 * EACH), *both],
            "ada": [("spam", 0, EACH), ("spam", EACH, 2 * EACH), *both],
        },
    )
    found = json.loads(run(RESULT, tmp_path).splitlines()[-1])
    assert len(said["max"]["told"]) + len(said["ada"]["told"]) == 3 * EACH
    assert len(said["max"]["done"]) + len(said["ada"]["done"]) == 3 * EACH
    assert all("Nothing" in sentence for name in said for sentence in said[name]["told"])
    # Of each comment either the decision or the new text stands, never both.
    amended = [text for text, status in found["texts"] if text == "By max"]
    assert found["revisions"] == len(amended)
    assert len(found["decisions"]) == len(set(found["decisions"])) == 2 * EACH - len(amended)
    assert all(status == "pending" for text, status in found["texts"] if text == "By max")
    assert len(found["bans"]) == len(set(found["bans"])) == EACH
    assert sum(found["tally"].values()) == 2 * EACH
