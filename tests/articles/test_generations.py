"""Expiries told from process to process, and from machine to machine over a real Redis; and the protocol by itself."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import generations
from articles.generations import Generations, LocalMap, Remote, Seen, slot_of

KEYS = ["article:7", "section:3", "front"]
SLOTS = tuple(slot_of(key) for key in KEYS)
URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/15"


# One machine.


def test_an_expiry_in_another_process_is_seen_at_once(tmp_path: Path) -> None:
    ours = Generations(LocalMap(tmp_path / "generations"))
    stamp, seen = ours.stamp(), Seen()
    assert stamp is not None
    assert ours.holds(stamp, SLOTS, seen)
    code = (
        "import sys; from pathlib import Path; from articles.generations import Generations, LocalMap;"
        "Generations(LocalMap(Path(sys.argv[1]))).bump(['section:3'])"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "generations")], check=True, timeout=30)
    assert not ours.holds(stamp, SLOTS, seen)
    fresh = ours.stamp()
    assert fresh is not None
    assert ours.holds(fresh, SLOTS, Seen())


def test_expiries_of_many_processes_at_once_are_all_counted(tmp_path: Path) -> None:
    path = tmp_path / "generations"
    code = (
        "import sys; from pathlib import Path; from articles.generations import Generations, LocalMap\n"
        "known = Generations(LocalMap(Path(sys.argv[1])))\n"
        "for number in range(300): known.bump([f'article:{sys.argv[2]}-{number}'])\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path), str(each)]) for each in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    stamp = Generations(LocalMap(path)).stamp()
    assert stamp is not None
    assert stamp.number == 900


class Interleaving:
    """One row, pages that were rendered from it, and a check that none that is valid is old.

    An edit commits, and expires afterwards; only then is it acknowledged. A rendering stamps, reads, and is stored.
    """

    def __init__(self, known: list[Generations]) -> None:
        self.known = known
        self.row = 0
        self.acknowledged = 0
        self.committed: list[tuple[Generations, int]] = []
        self.begun: list[tuple[Generations, Any, int | None]] = []
        self.stored: list[tuple[Any, Seen, int]] = []

    def step(self, what: str, which: int) -> None:
        here = self.known[which % len(self.known)]
        if what == "commit":
            self.row += 1
            self.committed.append((here, self.row))
        elif what == "expire" and self.committed:
            # Acknowledged in any order: two editors' threads do not wait for each other.
            where, value = self.committed.pop(which % len(self.committed))
            where.bump(["article:7"])
            self.acknowledged = max(self.acknowledged, value)
        elif what == "begin":
            self.begun.append((here, here.stamp(), None))
        elif what == "read" and self.begun:
            at = which % len(self.begun)
            where, stamp, read = self.begun[at]
            self.begun[at] = (where, stamp, self.row if read is None else read)
        elif what == "store" and self.begun:
            where, stamp, read = self.begun.pop(which % len(self.begun))
            if read is not None and stamp is not None:
                self.stored.append((stamp, Seen(), read))

    def check(self) -> None:
        for stamp, seen, read in self.stored:
            for known in self.known:
                # A page that lacks an acknowledged change must not be valid for anybody.
                assert read >= self.acknowledged or not known.holds(stamp, SLOTS, seen)


STEPS = st.lists(
    st.tuples(st.sampled_from(["commit", "expire", "begin", "read", "store"]), st.integers(0, 5)), max_size=60
)


@given(steps=STEPS)
def test_no_interleaving_leaves_an_old_page_valid(tmp_path_factory: pytest.TempPathFactory, steps: Any) -> None:
    path = tmp_path_factory.mktemp("map") / "generations"
    run = Interleaving([Generations(LocalMap(path)), Generations(LocalMap(path))])
    for what, which in steps:
        run.step(what, which)
        run.check()


@given(steps=STEPS)
def test_a_page_is_kept_until_something_changes(tmp_path_factory: pytest.TempPathFactory, steps: Any) -> None:
    # Without this, a protocol that never believes anything would pass the test before.
    known = Generations(LocalMap(tmp_path_factory.mktemp("map") / "generations"))
    run = Interleaving([known])
    for what, which in steps:
        run.step("read" if what in ("commit", "expire") else what, which)
    assert all(known.holds(stamp, SLOTS, seen) for stamp, seen, _ in run.stored)


# Several machines.


@pytest.fixture
def prefix() -> Iterator[str]:
    redis = pytest.importorskip("redis")
    client = redis.Redis.from_url(URL, socket_connect_timeout=1)
    try:
        client.ping()
    except redis.ConnectionError:
        if os.environ.get("REDIS_URL"):
            raise
        pytest.skip(f"NO REDIS at {urlsplit(URL).netloc}: expiries between machines stay untested here")
    name = f"newsblog-test-{secrets.token_hex(6)}:"
    yield name
    for key in client.scan_iter(f"{name}*"):
        client.delete(key)
    client.close()


class Wire:
    """A client of Redis whose wire can be cut."""

    def __init__(self) -> None:
        self.client = Remote.at(URL).client
        self.is_cut = False
        self.asked = 0  # while it was cut

    def __getattr__(self, name: str) -> Any:
        if self.is_cut:
            self.asked += 1
            raise ConnectionError("cut")
        return getattr(self.client, name)


class Machine(Generations):
    """A machine with a map of its own, on the Redis of all."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.wire = Wire()
        super().__init__(LocalMap(folder / secrets.token_hex(4) / "generations"), Remote(self.wire, prefix))

    def store(self) -> Callable[[], bool]:
        """Store a page now; return the question whether it still holds here."""
        stamp, seen = self.stamp(), Seen()
        assert stamp is not None
        return lambda: self.holds(stamp, SLOTS, seen)


@pytest.fixture
def machines(tmp_path: Path, prefix: str) -> Iterator[tuple[Machine, Machine]]:
    pair = Machine(tmp_path, prefix), Machine(tmp_path, prefix)
    yield pair
    for machine in pair:
        machine.wire.client.close()


def soon(question: Callable[[], bool], within: float = 20.0) -> bool:
    """Whether the answer becomes yes in so many seconds."""
    stop = time.monotonic() + within
    while time.monotonic() < stop:
        if question():
            return True
        time.sleep(0.01)
    return False


def test_an_expiry_reaches_the_other_machine_within_a_quarter_of_a_second(machines: tuple[Machine, Machine]) -> None:
    here, there = machines
    page = there.store()
    assert page()
    here.bump(["section:3"])
    time.sleep(generations.ASKED_EVERY)
    assert not page()


def test_an_expiry_of_something_else_leaves_the_other_machines_pages_alone(machines: tuple[Machine, Machine]) -> None:
    here, there = machines
    page = there.store()
    here.bump(["section:4"])
    time.sleep(generations.ASKED_EVERY)
    assert page()


def test_an_expiry_is_seen_at_once_where_it_was_made(machines: tuple[Machine, Machine]) -> None:
    here, _ = machines
    page = here.store()
    here.bump(["front"])
    assert not page()


def test_redis_is_asked_at_most_every_quarter_of_a_second(
    machines: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = machines
    page = here.store()
    with time_machine.travel(1_000_000.1, tick=False), monkeypatch.context() as patch:
        patch.setattr(generations, "ASKED_EVERY", 60.0)  # however slow the machine is, this takes less
        assert page()
        here.wire.is_cut = True  # an asking would fail
        assert page()
    here.wire.is_cut = False
    time.sleep(generations.ASKED_EVERY)
    here.wire.is_cut = True
    assert not page()


def test_a_look_at_redis_does_not_outlive_its_second(machines: tuple[Machine, Machine]) -> None:
    # nginx keeps a page to the end of the second: a look from the second before would make an edit 1.2 seconds late.
    here, there = machines
    with time_machine.travel(1_000_000.9, tick=False) as clock:
        page = there.store()
        assert page()
        here.bump(["section:3"])
        clock.move_to(1_000_001.0)
        assert not page()


def test_without_redis_nothing_is_stored_and_nothing_believed(machines: tuple[Machine, Machine]) -> None:
    here, _ = machines
    page = here.store()
    here.wire.is_cut = True
    with pytest.raises(ConnectionError):
        here.remote and here.remote.peek(fresh=True)
    assert not page()
    assert here.stamp() is None
    here.bump(["front"])  # never raises: the edit itself is committed
    here.wire.is_cut = False
    assert soon(lambda: here.stamp() is not None)


def test_a_redis_that_hangs_costs_one_wait_not_one_a_page(
    machines: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = machines
    monkeypatch.setattr(generations, "ASKED_EVERY", 60.0)
    page = here.store()
    here.wire.is_cut = True
    for _ in range(100):
        assert here.stamp() is None
        assert not page()
    assert here.wire.asked == 1


def test_what_could_not_be_told_is_told_by_itself_when_redis_is_back(machines: tuple[Machine, Machine]) -> None:
    here, there = machines
    page = there.store()
    here.wire.is_cut = True
    here.bump(["article:7"])
    assert page()  # the other machine reaches Redis, and cannot know
    here.wire.is_cut = False
    # Nobody asks the first machine for anything any more.
    assert soon(lambda: not page())
    assert not [thread for thread in threading.enumerate() if thread.name == "owed-expiries" and not thread.daemon]


def test_a_redis_that_lost_its_memory_leaves_nothing_believed(machines: tuple[Machine, Machine], prefix: str) -> None:
    here, there = machines
    page = there.store()
    here.bump(["article:9"])
    client = Wire().client
    client.delete(*client.scan_iter(f"{prefix}*"))
    client.close()
    time.sleep(generations.ASKED_EVERY)
    assert not page()
    fresh = there.store()
    assert fresh()


def test_a_redis_that_was_started_again_leaves_nothing_believed(
    machines: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What it kept on its disk may lack the last expiries, and so may a replica that took over.
    _, there = machines
    page = there.store()
    parse = there.wire.client.response_callbacks["INFO"]
    there.wire.client.response_callbacks["INFO"] = lambda raw, **options: parse(raw, **options) | {"run_id": "another"}
    time.sleep(generations.ASKED_EVERY)
    assert not page()


# The examples share two machines, and start from whatever the last one left: so do pages.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_no_interleaving_between_machines_leaves_an_old_page_valid(
    machines: tuple[Machine, Machine], steps: Any
) -> None:
    run = Interleaving(list(machines))
    for what, which in steps:
        run.step(what, which)
        for machine in machines:
            # As if it looked at Redis just now; the quarter of a second is another test's.
            assert machine.remote is not None
            machine.remote._asked_at = float("-inf")
        run.check()
