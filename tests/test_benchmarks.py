"""The harness behind docs/performance.md: what it reads, computes and generates. Nothing here looks at a clock."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.db import connection

from articles import markup
from articles.models import Article, Filing, Shelf
from articles.shelves import keys_of
from benchmarks import __main__ as command
from benchmarks import generate, growth, pages, processes, servers, table, words
from benchmarks.load import Outcome, quantile, summary_in
from benchmarks.machines import Relay
from benchmarks.posts import Form, is_taken
from benchmarks.processes import Program, StartError, cpu_seconds, stat_of, tree
from benchmarks.servers import Place
from benchmarks.witness import Act, History
from comments import conversation
from comments.markup import render
from comments.models import Comment, Tally, Thread, Writer, text_fingerprint
from comments.tree import place

# Reading.


def test_the_cpu_of_ended_children_counts() -> None:
    line = "71 (a name (with) brackets) S 7 71 71 0 -1 0 0 0 0 0 250 50 100 25 20 0 1 0 5 0 0"
    parent, seconds = stat_of(line)
    assert parent == 7
    assert seconds == pytest.approx(425 / os.sysconf("SC_CLK_TCK"))


def test_a_tree_of_processes_holds_its_root_and_children() -> None:
    # The child waits for a word that never comes, and ends when its parent does.
    begins = "import subprocess as s, sys; s.Popen([sys.executable, '-c', 'input()'], stdin=s.PIPE).wait()"
    program = Program([sys.executable, "-c", begins], ready=lambda: bool(program.children()), log=Path(os.devnull))
    with program:
        root, [child] = program.pid, program.children()
        assert set(tree(root)) == {root, child}
        assert all(seconds >= 0 for seconds in tree(root).values())
        assert cpu_seconds(root) >= 0
    assert tree(root) == {}


def test_processes_that_look_for_a_port_at_once_are_given_two(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for pid in (4711, 4712):
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        monkeypatch.setattr(processes, "_given", set())  # each knows what it was given itself
        found.append(processes.free_port())
    assert found[0] != found[1]
    assert set(found) <= set(processes.PORTS)


def test_a_program_that_ends_at_once_is_reported_with_its_words(tmp_path: Path) -> None:
    program = Program(
        [sys.executable, "-c", "raise SystemExit('no such thing')"], ready=lambda: False, log=tmp_path / "log"
    )
    with pytest.raises(StartError, match="no such thing"):
        program.start()


def test_what_wrk_printed_is_read() -> None:
    output = "Running 1s test\n  2 threads\nSUMMARY 3490 1.099362 1.202 2.618 1 7\nRequests/sec: 3174\n"
    outcome = summary_in(output)
    assert outcome == Outcome(3490, 1.099362, 1.202, 2.618, 1, 7)
    assert outcome.rate == pytest.approx(3174.57, abs=0.01)
    with pytest.raises(ValueError, match="unable to connect"):
        summary_in("unable to connect to 127.0.0.1:1 Connection refused")


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.76, 4), (1.0, 4)])
def test_a_quantile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert quantile([4, 1, 3, 2], share) == value
    assert quantile([], share) == 0


def test_a_round_is_compared_with_its_own_round() -> None:
    def at(rate: int) -> Outcome:
        return Outcome(rate, 1, 0, 0, 0, 0)

    assert list(pages.ratios([at(90), at(40)], [at(100), at(50)])) == [0.9, 0.8]


def test_the_form_is_filled_as_a_reader_would() -> None:
    page = """
        <form action="/search/"><input name="q"></form>
        <form action="/comments/on/a-story/#respond" method="post">
        <textarea name="comment"></textarea><input name="name"><input type="email" name="email">
        <input type="url" name="website"><input type="hidden" name="token" value="t&amp;1">
        <textarea name="trap"></textarea><input type="checkbox" name="remember" value="1">
        <button name="preview" value="1">Preview</button></form>
        <form action="/comments/on/other/"><input name="stray"></form>
    """
    form = Form(page)
    assert form.action == "/comments/on/a-story/"
    assert parse_qs(form.filled("My words", "Rita", "rita@reader.example"), keep_blank_values=True) == {
        "comment": ["My words"],
        "name": ["Rita"],
        "email": ["rita@reader.example"],
        "website": [""],
        "token": ["t&1"],
        "trap": [""],
    }
    with pytest.raises(ValueError, match="no form"):
        Form("<form action='/search/'></form>")


@pytest.mark.parametrize(
    ("status", "location", "taken"),
    [
        (303, "/comments/receipt/abc/", True),
        (303, "/", False),
        (422, "", False),
        (200, "/comments/receipt/abc/", False),
    ],
)
def test_only_the_way_to_a_receipt_acknowledges_a_comment(status: int, location: str, taken: bool) -> None:
    from benchmarks.load import Reply

    assert is_taken(Reply(status, {"location": location}, b"", 0)) is taken


def test_a_relay_passes_on_until_it_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, Relay(server.getsockname()[1]) as relay:
        with socket.create_connection(("127.0.0.1", relay.port), timeout=5) as near:
            far, _ = server.accept()
            near.sendall(b"to")
            assert far.recv(10) == b"to"
            far.sendall(b"fro")
            assert near.recv(10) == b"fro"
            relay.cut()
            assert near.recv(10) == b""
            far.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", relay.port), timeout=5)


# Judging.


def test_a_reading_is_late_by_the_time_since_its_successor_was_acknowledged() -> None:
    history = History([Act(0, "1", 1), Act(10, "2", 11), Act(20, "3")])
    assert history.lateness("1", 5, 6) == 0
    assert history.lateness("2", 10.5, 10.6) == 0  # under way: both are right
    assert history.lateness("1", 10.9, 12) == 0  # begun before it was acknowledged
    assert history.lateness("1", 12, 13) == 1
    assert history.lateness("2", 25, 26) == 0  # the third is not acknowledged yet
    assert history.lateness("3", 25, 26) == 0
    assert history.lateness("2", 5, 6) is None  # seen before it was begun
    assert history.lateness("9", 25, 26) is None


def test_a_value_that_came_back_is_right_again() -> None:
    history = History([Act(0, "out", 1), Act(2, "in", 3), Act(4, "out", 5)])
    assert history.lateness("out", 6, 7) == 0
    assert history.lateness("in", 6, 7) == 1
    assert history.lateness("out", 3.5, 3.6) == 0.5


def test_an_act_is_under_way_until_its_block_ends() -> None:
    history = History()
    with history.act("1"):
        assert history.acts[0].done == float("inf")
    assert history.acts[0].begun <= history.acts[0].done < float("inf")
    assert history.current == "1"


def test_a_bound_is_kept_or_missed_by_so_much() -> None:
    assert table.verdict(4.9, 5) == "kept"
    assert table.verdict(7.5, 5) == "**missed by 50%**"
    assert table.verdict(0.9, 0.9, at_least=True) == "kept"
    assert table.verdict(0.6, 0.8, at_least=True) == "**missed by 25%**"


def test_parts_that_were_measured_apart_stand_on_one_page(tmp_path: Path) -> None:
    page, kept = tmp_path / "performance.md", tmp_path / "performance.json"

    def part(name: str, figure: str) -> table.Part:
        return table.Part(
            name, name.title(), "About.", [table.Table(["", "found"], [["a figure", figure]])], ["A note."]
        )

    table.keep([part("start", "1")], page=page, kept=kept)
    table.keep([part("pages", "2")], page=page, kept=kept)
    table.keep([part("start", "3")], page=page, kept=kept)
    text = page.read_text()
    assert text.index("## Pages") < text.index("## Start")
    assert "| a figure | 3 |" in text
    assert "| a figure | 1 |" not in text


def test_a_site_under_measure_is_a_production_server_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody/else")
    environment = Place(tmp_path).environment(8119)
    assert environment["NEWSBLOG_DEBUG"] == "0"
    assert "EMAIL_URL" not in environment
    assert "DATABASE_URL" not in environment


def test_the_shipped_nginx_configuration_is_taken_by_nginx(tmp_path: Path) -> None:
    if not servers.NGINX:
        pytest.skip("NO NGINX here: deploy/nginx.conf stays unchecked")
    site = servers.nginx_site(tmp_path, [8118, 8119], tmp_path / "var")  # raises with nginx's words
    shipped = (servers.ROOT / "deploy" / "nginx.conf").read_text()
    assert "127.0.0.1:8000" in shipped
    assert "updating" not in (tmp_path / "nginx.conf").read_text().split("proxy_cache_use_stale")[1].split(";")[0]
    assert site.process is None


# Generating.


def test_texts_are_the_same_every_time() -> None:
    made = words.words()
    again = words.Words()
    assert words.article_text(made, 77) == words.article_text(again, 77)
    assert made.rare == again.rare


def test_articles_are_as_the_site_cleans_them() -> None:
    made = words.words()
    for number in range(1, 60):
        body, plain = words.article_text(made, number)
        assert markup.clean(body) == body
        assert markup.plain(body) == plain


def test_numbers_are_spread_evenly() -> None:
    for bound, salt in ((7, 1), (100, 5), (120, 3)):
        counts = Counter(words.mixed(number, bound, salt) for number in range(bound * 1_000))
        assert set(counts) == set(range(bound))
        assert max(counts.values()) < 1_300
        assert min(counts.values()) > 700


@pytest.mark.django_db(transaction=True)
def test_a_generated_site_is_what_the_models_would_have_made() -> None:
    made = generate.generate(40)
    assert Article.objects.published().count() == made.articles == 40
    assert Comment.objects.count() == made.comments == 37 * 10 + 20 + 100 + 2_000

    for article in Article.objects.all()[:10]:
        assert {filing.shelf.key for filing in Filing.objects.filter(article=article)} == keys_of(article)
        assert article.bylines.count() in (1, 2)
        assert article.tags.count() == generate.TAGS_EACH
        before = (article.body, article.body_text, article.source_key)
        article.save()
        assert (article.body, article.body_text, article.source_key) == before
    for shelf in Shelf.objects.all():
        kept = (shelf.count, list(shelf.marks.values_list("position", "article_id")))
        shelf.recount()
        shelf.refresh_from_db()
        assert (shelf.count, list(shelf.marks.values_list("position", "article_id"))) == kept

    for comment in Comment.objects.filter(pk__lte=400).select_related("parent"):
        assert comment.html == render(comment.text)
        assert comment.fingerprint == text_fingerprint(comment.text)
        assert (comment.path, comment.depth) == place(comment.pk, comment.parent)
    approved = Counter(Comment.objects.filter(status="approved").values_list("article_id", flat=True))
    pending = Counter(Comment.objects.filter(status="pending").values_list("article_id", flat=True))
    for thread in Thread.objects.all():
        assert (thread.approved_count, thread.pending_count) == (approved[thread.pk], pending[thread.pk])
        roots = Comment.objects.roots(thread.article).order_by("path").values_list("path", flat=True)
        assert thread.root_count == roots.count()
        for path in roots[:3]:
            size = Comment.objects.filter(status="approved", path__startswith=path).count()
            assert Comment.objects.get(path=path).thread_size == size
    states = Counter(Comment.objects.values_list("status", flat=True))
    assert {status: count for status, count in Tally.counts().items() if count} == dict(states)
    for writer in Writer.objects.filter(comments__isnull=False).distinct()[:20]:
        of_writer = Counter(writer.comments.values_list("status", flat=True))
        kept_counts = (writer.approved_count, writer.rejected_count, writer.spam_count)
        assert kept_counts == (of_writer["approved"], of_writer["rejected"], of_writer["spam"])


@pytest.mark.django_db(transaction=True)
def test_a_generated_site_serves_every_kind_of_page_and_takes_comments(client) -> None:
    made = generate.generate(40)
    known = {**vars(made), "threads": {str(size): path for size, path in made.threads.items()}}
    for kind in pages.kinds(known):
        assert client.get(kind.path).status_code == kind.status, kind.path
    for name, (path, _) in growth.paths(known, made.articles).items():
        if name != "moderation queue":
            assert client.get(path).status_code == 200, path
    assert made.word in client.get(f"/search/?q={made.word}").content.decode()
    busy = Article.objects.get(slug=made.threads[2_000].split("/")[3])
    page = conversation.page_of(busy)
    assert (len(page.entries), page.pages) == (100, 20)
    # Ids go on behind the generated ones.
    comment = Comment(article=busy, name="Rita Moreau", text="One more.")
    comment.enter()
    assert comment.pk == made.comments + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="indexes are dropped and made anew on PostgreSQL alone")
def test_every_index_and_constraint_is_back_after_a_large_load(monkeypatch: pytest.MonkeyPatch) -> None:
    def schema() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
            indexes = {row[0] for row in cursor.fetchall()}
            cursor.execute(
                "SELECT conrelid::regclass || ' ' || conname || pg_get_constraintdef(oid) FROM pg_constraint"
            )
            return indexes | {" ".join(row) for row in cursor.fetchall()}

    before = schema()
    monkeypatch.setattr(generate, "DROPPED_FROM", 10)
    generate.generate(40)
    assert schema() == before


def test_a_site_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at least ten"):
        generate.Site(5)


def test_nobody_stands_twice_in_a_byline() -> None:
    site = generate.Site(50)
    assert all(len(set(site.authors_of(number))) == len(site.authors_of(number)) for number in range(1, 51))


def test_a_part_that_hangs_is_given_up_and_the_next_one_is_not() -> None:
    with pytest.raises(command.TooLong, match="given up"), command._at_most(0.05):
        threading.Event().wait(30)
    with command._at_most(60):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0), "nothing is given up after its block"


def test_every_part_has_its_limit() -> None:
    assert set(command.LONGEST) | {"soak"} == set(table.ORDER)
    assert sum(limit for name, limit in command.LONGEST.items() if name != "growth") < 40
