"""The spam score: what it is made of, what it learns, and how it does on comments that it has never seen."""

from __future__ import annotations

import io
import json
import zlib
from array import array
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from comments.management.commands import measure_spam
from comments.models import Comment, LinkedHost, Policy, SpamMemory
from comments.spam import Sample, memory, score
from comments.spam.features import MOST_WORDS, SLOTS, slots, weighed
from comments.spam.signals import LEARNED_AT_MOST
from comments.spam.training import Grammar
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment, make_moderator

EVALUATION = Path(__file__).with_name("evaluation.jsonl")
AD = "Visit https://pill-shop.example/now for the cheapest sneezewort pills, order the sneezewort today."
TALK = "The scheduler patch of last winter made my old laptop usable again, though the fan disagrees."


def points(words: str, **about) -> int:
    return score(Sample(words, **about), memory.starting()).points


def test_of_a_set_kept_apart_most_spam_is_held_and_hardly_an_honest_comment_foldered() -> None:
    policy, found = Policy(), {"spam": [], "ham": []}
    for line in EVALUATION.read_text().splitlines():
        row = json.loads(line)
        found[row["label"]].append(points(row["text"]))
    assert min(map(len, found.values())) >= 500
    assert sum(number >= policy.hold_score for number in found["spam"]) >= 0.95 * len(found["spam"])
    assert sum(number >= policy.spam_score for number in found["ham"]) <= 0.01 * len(found["ham"])
    assert sum(number >= policy.hold_score for number in found["ham"]) <= 0.08 * len(found["ham"])


@pytest.mark.parametrize(
    ("name", "held", "held_honest"),
    [
        ("apart", 0.90, 0.10),
        ("unseen", 0.97, 0.22),
        ("mixed", 0.97, 0.17),
        ("abroad", 0.95, 0.21),
        ("last", 0.97, 0.20),
    ],
)
def test_of_a_list_that_it_was_not_made_by_nobody_honest_is_foldered_and_spam_is_held(
    name: str, held: float, held_honest: float
) -> None:
    policy, found = Policy(), {"spam": [], "ham": []}
    for line in EVALUATION.with_name(f"evaluation_{name}.jsonl").read_text().splitlines():
        row = json.loads(line)
        found[row["label"]].append(points(row["text"], name=row.get("name", ""), website=row.get("website", "")))
    assert min(map(len, found.values())) >= 120
    assert sum(number >= policy.hold_score for number in found["spam"]) >= held * len(found["spam"])
    assert sum(number >= policy.hold_score for number in found["ham"]) <= held_honest * len(found["ham"])
    assert max(found["ham"]) < policy.spam_score


def test_words_alone_never_reach_the_spam_folder() -> None:
    assert Policy().spam_score > LEARNED_AT_MOST


def test_a_score_names_what_it_is_made_of() -> None:
    made = score(
        Sample(
            "Great post! Buy viagra at https://bit.ly/x now!!!!",
            name="cheap-pills.com",
            website="https://pills.top/",
            article="Der Kernel",
            trapped=True,
        ),
        memory.starting(),
    )
    words = [words for _, words in made.signals]
    assert made.points == 100
    for expected in ("fills the field", "hides where the link leads", "the name is an address", "reads like spam"):
        assert any(expected in each for each in words), expected
    assert [abs(weight) for weight, _ in made.signals] == sorted(
        (abs(weight) for weight, _ in made.signals), reverse=True
    )


@pytest.mark.parametrize(
    ("words", "about", "signal"),
    [
        ("см. казино vi\u0430gra тут", {}, "mix alphabets"),
        ("Buy vi\u200bagra here", {}, "invisible characters"),
        ("[url=https://a.example]a[/url]", {}, "HTML or BBCode"),
        ("`<a href='x'>` is not closed in your template", {}, ""),  # code is nobody's advertisement
        ("Отличная статья, согласен с автором", {"article": "A new scheduler"}, "Cyrillic letters"),
        ("Call me at +1 888 555 0147 any time", {}, "telephone number"),
        ("The build is 20240613.1234 of 6.8", {}, ""),
        ("> the fan is loud here\nIt is not.", {"parent": "Yes, the fan is loud here"}, "quotes what it answers"),
        ("The same words", {"repeats": ["spam"]}, "lie in the spam folder"),
        ("https://known.example/x is their page", {"hosts": {"known.example": (0, 4)}}, "was linked by spam"),
        ("https://known.example/x is their page", {"hosts": {"known.example": (5, 0)}}, "by approved comments"),
        ("Shall we exchange links? My blog is about cars", {}, "exchange or sell links"),
        ("Предлагаю обмен ссылками", {}, "exchange or sell links"),
        ("The kernel list has a link to the exchange on Tuesday", {}, ""),
        ("Start @coin_maker_bot today", {}, "a bot on a messenger"),
        ("微信 money5566", {}, "a bot on a messenger"),
        ("@rita_k the price is the one of last year", {}, ""),
        ("Thanks to Mrs Horn I withdrew the first two thousand", {}, "vouches for somebody"),
        ("The withdrawal of the draft surprised Mr Horn", {}, ""),
        ("Article très complet, je le partage avec mes collègues", {}, "fits any article"),
        ("Article très complet, mais le lien est mort", {}, ""),
        ("Phones get bigger", {"name": "Phone Repair Leeds"}, "what somebody sells"),
        ("Phones get bigger", {"website": "https://leeds-plumbing.example/"}, "named for a trade"),
        ("Phones get bigger", {"name": "Rita Repa", "website": "https://github.com/rita"}, ""),
        ("sdkfjhsdkjfh qwrtzx", {}, "letters at random"),
        ("Angstschweiß und Strumpfhosen", {}, ""),
        ("v-i-s-i-t o-u-r shop", {}, "letter by letter"),
        ("J.R.R. Tolkien was no fan of e.g. trains", {}, ""),
        ("$KORU goes 50x before the listing", {}, "talks a coin or a share up"),
        ("The build costs $AMD nothing, says the report", {}, ""),
        ("It says so in https://en.wikipedia.org/wiki/Passkey", {}, "take a source from"),
        ("Read https://www.cam.ac.uk/research/news first", {}, "take a source from"),
        ("Read https://wikipedia.org.example.top/page first", {}, ".top domain"),
        ("Read https://[1 first", {}, "an address for"),
        ("I wrote of it on my blog in spring", {}, "pages of its own"),
        ("Free quotes and no hidden fees", {}, "words of advertisements"),
        ("Накрутка подписчиков дёшево", {}, "advertised by comment"),
        ("Why would a court look at replicas at all?", {}, ""),
        ("Text WIN to 80086 today", {}, "short number"),
        ("The table says 2025 and the text says 2024", {}, ""),
        ("A remark that nobody types within a second or so, is it?", {"seconds": 1.0}, "posted less than 2 s after"),
    ],
)  # fmt: skip
def test_signals(words: str, about: dict, signal: str) -> None:
    given = [
        each for _, each in score(Sample(words, **about), memory.starting()).signals if not each.startswith("reads")
    ]
    assert any(signal in each for each in given) if signal else not given


def test_the_trap_alone_folders_nobody() -> None:
    assert points(TALK, trapped=True) < Policy().spam_score


@pytest.mark.parametrize(
    "words",
    ["a" * 10_000, "ab " * 3333, "https://a.example/ " * 500, "1 2 " * 2500, "`" * 10_000, "a-" * 5000, "+1 (" * 2500],
)
def test_a_long_text_is_scored_like_any_other(words: str) -> None:
    """An expression whose time explodes would not come back at all."""
    made = score(Sample(words, article="Some words", parent=words), memory.starting())
    assert 0 <= made.points <= 100


def test_what_the_memory_reads_of_a_text_is_bounded() -> None:
    words = " ".join(f"word{number}" for number in range(5_000))
    singles, pairs, triples = slots(words)
    assert len(singles) <= MOST_WORDS + 1
    assert len(pairs) <= MOST_WORDS + 1
    assert len(triples) < 20 * MOST_WORDS


def test_one_odd_word_proves_less_than_many() -> None:
    weights = array("b", [8]) * SLOTS  # every feature speaks for spam alike
    alone, many = (weighed(slots(words), weights) for words in ("viagra", "viagra cialis levitra tramadol xanax pills"))
    assert 0 < alone < many / 1.5


def test_a_trusted_address_speaks_for_a_comment() -> None:
    assert points(AD) - points(AD, trusted=True) == 12


def test_a_name_that_is_a_trade_is_known_in_other_scripts_too() -> None:
    for name in ("小陈贷款", "김팀장 대출", "קזינו ישראל", "Олег сантехник", "سامي قروض", "Hà cho vay"):
        signals = [words for _, words in score(Sample("Hello", name=name), memory.starting()).signals]
        assert any("what somebody sells" in words for words in signals), name
    for name in ("陈伟", "김지훈", "이사벨", "דנה לוי", "Олег Петров", "سامي حداد", "Nguyễn Hà"):
        signals = [words for _, words in score(Sample("Hello", name=name), memory.starting()).signals]
        assert not any("what somebody sells" in words for words in signals), name


@pytest.mark.django_db
class TestLearning:
    def decide(self, count: int = 15) -> list[Comment]:
        """Max folders advertisements and approves talk."""
        max_ = make_moderator()
        comments = []
        for number in range(count):
            spam = make_comment(text=f"{AD} {number}", status="pending")
            spam.mark_spam(by=max_)
            make_comment(text=f"{TALK} {number}", status="pending").approve(by=max_)
            comments.append(spam)
        SpamMemory.take_in_decisions()
        return comments

    def test_it_learns_from_people_and_unlearns_what_they_overturn(self) -> None:
        before = score(Sample("More sneezewort"), SpamMemory.weights()).points
        spam = self.decide()
        stored = SpamMemory.objects.get()
        assert (stored.spam, stored.honest) == (15, 15)
        assert score(Sample("More sneezewort"), SpamMemory.weights()).points > before + 20
        assert LinkedHost.known(["pill-shop.example"]) == {"pill-shop.example": (0, 15)}
        spam[0].restore(by=make_moderator("second"))
        spam[1].approve(by=make_moderator("third"))
        SpamMemory.take_in_decisions()
        stored.refresh_from_db()
        assert (stored.spam, stored.honest) == (13, 16)
        assert LinkedHost.known(["pill-shop.example"]) == {"pill-shop.example": (1, 13)}

    def test_a_second_sweep_learns_nothing_twice(self) -> None:
        self.decide(3)
        assert SpamMemory.take_in_decisions() == 0
        assert SpamMemory.objects.get().spam == 3

    def test_what_the_site_itself_decided_teaches_nothing(self) -> None:
        make_comment(text=AD, status="spam")
        SpamMemory.take_in_decisions()
        assert SpamMemory.objects.get().spam == 0

    def test_from_scratch_it_learns_the_same(self) -> None:
        self.decide()
        before = SpamMemory.objects.get()
        call_command("retrain_spam", stdout=io.StringIO())
        after = SpamMemory.objects.get()
        assert (after.spam, after.honest, bytes(after.tallies)) == (before.spam, before.honest, bytes(before.tallies))
        assert SpamMemory.take_in_decisions() == 0

    def test_a_request_reads_the_weights_that_the_sweep_built(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.decide()
        built = SpamMemory.objects.get().learned.weights()
        monkeypatch.setattr(memory.Counts, "weights", None)
        assert SpamMemory._in_force() == built

    def test_after_an_upgrade_of_the_starting_model_they_are_built_anew(self) -> None:
        self.decide()
        SpamMemory.objects.update(in_force_on=1, in_force=memory.written(memory.starting()))
        assert SpamMemory._in_force() == SpamMemory.objects.get().learned.weights()
        SpamMemory.take_in_decisions()
        assert SpamMemory.objects.get().in_force_on == memory.starting_mark()

    def test_what_was_learned_in_half_as_many_slots_is_kept(self) -> None:
        self.decide()
        stored = SpamMemory.objects.get()
        half = SLOTS // 2
        folded = [[a + b for a, b in zip(of[:half], of[half:], strict=True)] for of in stored.learned.of.values()]
        old = zlib.compress(array("H", folded[0] + folded[1]).tobytes())
        SpamMemory.objects.update(counts=old, weighed=b"old", tallies=None, in_force=None)
        import_module("comments.migrations.0041_more_slots").spread(apps, connection.schema_editor())
        kept = SpamMemory.objects.get()
        assert (bytes(kept.counts), bytes(kept.weighed)) == (old, b"old"), "the release before still reads them"
        [word], *_ = slots("sneezewort")
        assert kept.learned.of["spam"][word] == stored.learned.of["spam"][word] == 15
        assert score(Sample("More sneezewort"), SpamMemory._in_force()).points >= 50

    def test_labelled_texts_are_learned_and_measured(self, tmp_path: Path) -> None:
        file = tmp_path / "labelled.jsonl"
        file.write_text(f'{{"text": "{AD}", "label": "spam"}}\n\n{{"text": "{TALK}", "spam": false}}\n')
        call_command("retrain_spam", "--from", str(file), stdout=io.StringIO())
        assert SpamMemory.objects.get().honest == 1
        told = io.StringIO()
        call_command("measure_spam", str(file), stdout=told)
        assert "1 (100.0%)" in told.getvalue()

    def test_each_family_of_the_grammar_is_measured_without_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Few(Grammar):
            def __init__(self, kind: str) -> None:
                super().__init__(kind)
                self.families = {name: self.families[name] for name in ("german", "short", "french")}

        monkeypatch.setattr(measure_spam, "Grammar", Few)
        told = io.StringIO()
        call_command("measure_spam", "--families", stdout=told)
        rows = [line.split() for line in told.getvalue().splitlines()]
        assert [row[0] for row in rows[1:3]] == ["spam", "honest"]
        spam, honest = (float(row[1].rstrip("%")) for row in rows[1:3])
        assert 0 <= honest < spam <= 100
        assert told.getvalue().count("german") == 2

    def test_without_a_file_and_without_families_there_is_nothing_to_measure(self) -> None:
        with pytest.raises(CommandError, match="--families"):
            call_command("measure_spam", stdout=io.StringIO())

    @pytest.mark.parametrize(
        "line", ["nonsense", '{"text": "x"}', '{"text": 1, "label": "spam"}', '{"text": "x", "label": "?"}']
    )
    def test_a_line_that_is_none_is_named(self, tmp_path: Path, line: str) -> None:
        file = tmp_path / "broken.jsonl"
        file.write_text(f'{{"text": "x", "label": "ham"}}\n{line}\n')
        with pytest.raises(CommandError, match="Line 2"):
            call_command("measure_spam", str(file), stdout=io.StringIO())

    def test_the_score_of_a_post_is_kept_with_its_signals_and_told_to_nobody_else(self) -> None:
        client = Client()
        ad = (
            "Great post! [url=https://pills.top]viagra[/url] https://bit.ly/a https://bit.ly/b WhatsApp +1 888 555 0147"
        )
        answer = post(client, make_article(), comment=ad, subject="filled by a program")
        comment = Comment.objects.get()
        assert (comment.status, comment.rule) == ("spam", "spam-score")
        assert comment.score >= 80
        assert [words for _, words in comment.signals if "fills" in words] == ["fills the field that people do not see"]
        page = text(client.get(answer.headers["Location"]))
        assert "score" not in page.lower()
        assert "do not see" not in page
