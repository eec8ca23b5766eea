"""Generations of keys: how a stored page learns, in a microsecond, that something it shows has changed.

Every expiry takes the next value of one global counter and writes it into the slots of its keys. A page remembers
the counter as it stood before its first query, and is valid while no slot that it carries is larger. So a page
that was rendered from rows older than a commit can never outlive that commit's expiry, whatever the interleaving.

The counter and the slots lie in a memory-mapped file that all processes of one machine share. Where several
machines serve one site they lie in Redis as well, which is asked at most every quarter of a second.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import logging
import mmap
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

log = logging.getLogger(__name__)

SLOTS = 65_536  # Two keys that share one only cost a page that is rendered once more.
ASKED_EVERY = 0.25  # seconds between two looks at Redis; the promise across machines
PATIENCE = 0.2  # seconds that Redis may take; a page is rendered in less
LOOKED_EVERY = 0.01  # seconds between two looks at whether the file of the counters is still the one in its place

_MAGIC = int.from_bytes(b"newsgen1", "little")
_BIRTH, _COUNT, _FIRST = 1, 2, 3  # words of the file: magic, birth, counter, then the slots
_SIZE = 8 * (_FIRST + SLOTS)
# Tells the size of an open file without letting go of the interpreter's lock. `os.stat` and `os.lseek` do let go of
# it, and getting it back among busy threads costs several times what a stored page needs otherwise.
_seek = ctypes.PyDLL(None).lseek
_seek.argtypes, _seek.restype = (ctypes.c_int, ctypes.c_long, ctypes.c_int), ctypes.c_long


def slot_of(key: str) -> int:
    """Return the slot in which a key's generation stands."""
    return int.from_bytes(blake2b(key.encode(), digest_size=2).digest(), "little")


class Stamp(NamedTuple):
    """What the counters said before a page's first query."""

    birth: int  # of the map: one that was made anew knows nothing of older pages
    number: int
    epoch: str  # of Redis: one that lost its memory knows nothing of older pages
    remote: int


class Seen:
    """The counters at which a page was last found valid; while they stand still it is valid again."""

    __slots__ = ("count", "remote")

    def __init__(self) -> None:
        self.count = -1
        self.remote = -1


class _Mapped:
    """A mapping with the file behind it, which stays open as long as anybody looks at it."""

    __slots__ = ("descriptor", "identity", "words")

    def __init__(self, path: Path) -> None:
        self.descriptor = -1
        self.descriptor = os.open(path, os.O_RDWR)
        at = os.fstat(self.descriptor)
        self.identity = (at.st_dev, at.st_ino)
        self.words = memoryview(mmap.mmap(self.descriptor, _SIZE)).cast("Q")

    def __del__(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)

    @property
    def is_whole(self) -> bool:
        """Whether the file is as long as the mapping: reading beyond its end would end the process."""
        return bool(_seek(self.descriptor, 0, os.SEEK_END) == _SIZE)


class LocalMap:
    """The counter and the slots of one machine, in a file mapped into every process.

    A file that is missing, cut off or not ours is replaced by a new one with a new birth, which no stored page
    knows, so that everything is rendered again rather than believed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mapped: _Mapped | None = None
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def words(self, *, fresh: bool = True) -> memoryview | None:
        """Return the mapped words; None where there is no file and none can be made.

        Unless ``fresh``, another file in the place of this one may stay unseen for LOOKED_EVERY.
        """
        mapped, now = self._mapped, time.monotonic()
        if not fresh and mapped is not None and now - self._looked_at < LOOKED_EVERY and mapped.is_whole:
            return mapped.words
        try:
            at = os.stat(self.path)
            if mapped is not None and (at.st_dev, at.st_ino) == mapped.identity and at.st_size == _SIZE:
                self._looked_at = now
                return mapped.words
        except OSError:
            pass
        with self._lock:
            return self._open()

    def bump(self, slots: Iterable[int]) -> None:
        """Give these slots the next generation. Raises OSError where the file can be neither had nor made."""
        with self._locked():
            words = self.words()
            if words is None:
                raise OSError(f"no generations at {self.path}")
            count = words[_COUNT] + 1
            # The slots first: a page that sees the new counter must see them too.
            for slot in slots:
                words[_FIRST + slot] = count
            words[_COUNT] = count

    def _open(self) -> memoryview | None:
        try:
            if not self._is_ours():
                self._make()
            self._mapped = _Mapped(self.path)
        except (OSError, ValueError):
            log.exception("The generations of stored pages cannot be kept; every page is rendered.")
            self._mapped = None
            return None
        return self._mapped.words

    def _is_ours(self) -> bool:
        try:
            with self.path.open("rb") as file:
                head = file.read(8)
                return int.from_bytes(head, "little") == _MAGIC and file.seek(0, os.SEEK_END) == _SIZE
        except OSError:
            return False

    def _make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        birth = secrets.randbits(63) | 1
        content = _MAGIC.to_bytes(8, "little") + birth.to_bytes(8, "little")
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.{threading.get_ident()}")
        fresh.write_bytes(content.ljust(_SIZE, b"\0"))
        os.replace(fresh, self.path)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        # Opened for each act: a descriptor inherited by a fork would share its lock with the parent.
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Remote:
    """The counter and the slots of several machines, in Redis.

    ``peek`` raises ConnectionError while Redis cannot be asked. An expiry that could not be told is owed: this
    process tells it before it believes anything again, and tries every quarter of a second by itself, since the other
    machines may have reached Redis all along.

    The epoch names the data and the run of the server: one that lost its memory, or came back from a restart or as a
    replica that took over, may have missed an expiry, so nothing stored before is believed.
    """

    _BUMP = """
        local n = redis.call('INCR', KEYS[1])
        for i = 1, #ARGV do redis.call('HSET', KEYS[2], ARGV[i], n) end
        return n
    """

    def __init__(self, client: Any, prefix: str = "newsblog:pages:") -> None:
        self.client = client
        self.counter, self.slots, self.epoch_key = (prefix + name for name in ("counter", "slots", "epoch"))
        self._lock = threading.Lock()
        self._owed: set[int] = set()
        self._asked_at = float("-inf")
        self._second = 0  # of the clock, at the last look
        self._last: tuple[str, int] | None = None
        self._failing = False
        self._debtor: threading.Thread | None = None

    @classmethod
    def at(cls, url: str) -> Remote:
        import redis  # only where several machines serve one site is the client installed

        client = redis.Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, decode_responses=True, retry=None
        )
        return cls(client)

    def bump(self, slots: Iterable[int]) -> None:
        """Tell the other machines; where that fails now, before anything is believed later."""
        with self._lock:
            self._owed.update(slots)
            try:
                self._tell()
            except Exception:
                log.warning("Redis does not answer: an expiry will be told when it does.")
                self._fail()
                self._pay_later()
            else:
                self._asked_at = float("-inf")

    def peek(self, *, fresh: bool = False) -> tuple[str, int]:
        """Return (epoch, counter), at most a quarter of a second old, or as of now."""
        with self._lock:
            now = time.monotonic()
            # A look serves no longer than the second of the clock in which it was made: nginx keeps a page to the end
            # of that second, and the two must not add up to more than one.
            second = int(time.time())
            if now - self._asked_at < ASKED_EVERY and (self._failing or second == self._second):
                # A Redis that hangs costs one wait now and then, not one for each page that is rendered.
                if self._failing:
                    raise ConnectionError("Redis did not answer a moment ago.")
                if not fresh and self._last is not None:
                    return self._last
            self._asked_at, self._second = now, second
            try:
                self._tell()
                asked = self.client.pipeline()
                asked.set(self.epoch_key, secrets.token_hex(8), nx=True)
                asked.get(self.epoch_key)
                asked.get(self.counter)
                asked.info("server")
                _, epoch, counter, server = asked.execute()
            except Exception as error:
                if not self._failing:
                    log.warning("Redis does not answer: pages are rendered until it does.")
                self._fail()
                raise ConnectionError("Redis does not answer.") from error
            self._failing = False
            self._last = (f"{epoch} {server.get('run_id', '')}", int(counter or 0))
            return self._last

    def newest(self, slots: Iterable[int]) -> int:
        """Return the largest generation of these slots."""
        try:
            found = self.client.hmget(self.slots, [str(slot) for slot in slots])
        except Exception as error:
            raise ConnectionError("Redis does not answer.") from error
        return max((int(value) for value in found if value), default=0)

    def _tell(self) -> None:
        if self._owed:
            self.client.eval(self._BUMP, 2, self.counter, self.slots, *sorted(self._owed))
            self._owed.clear()

    def _fail(self) -> None:
        self._failing, self._last = True, None
        self._asked_at = time.monotonic()  # counted from the end of the wait

    def _pay_later(self) -> None:
        if self._debtor is None or not self._debtor.is_alive():
            # A fork has the parent's debts but not its thread: both tell, and one expiry too many harms nobody.
            self._debtor = threading.Thread(target=self._pay, name="owed-expiries", daemon=True)
            self._debtor.start()

    def _pay(self) -> None:
        while True:
            time.sleep(ASKED_EVERY)
            with self._lock:
                try:
                    self._tell()
                except Exception:
                    self._fail()
                    continue
                self._asked_at = float("-inf")
                self._debtor = None
                return


class Generations:
    """The machine's own map and, where there is one, Redis beside it."""

    def __init__(self, local: LocalMap, remote: Remote | None = None) -> None:
        self.local = local
        self.remote = remote

    def stamp(self) -> Stamp | None:
        """Return what the counters say now; None while they cannot be read: then nothing may be stored."""
        words = self.local.words()
        if words is None:
            return None
        epoch, remote = "", 0
        if self.remote is not None:
            try:
                epoch, remote = self.remote.peek(fresh=True)
            except ConnectionError:
                return None
        return Stamp(words[_BIRTH], words[_COUNT], epoch, remote)

    def holds(self, stamp: Stamp, slots: tuple[int, ...], seen: Seen) -> bool:
        """Whether nothing in these slots has changed since the stamp was taken."""
        words = self.local.words(fresh=False)
        if words is None or words[_BIRTH] != stamp.birth:
            return False
        # Read before the slots: an expiry in between moves the counter on, and is found the next time.
        count = words[_COUNT]
        if count != seen.count:
            for slot in slots:
                if words[_FIRST + slot] > stamp.number:
                    return False
            seen.count = count
        return self.remote is None or self._holds_remotely(self.remote, stamp, slots, seen)

    def bump(self, keys: Iterable[str]) -> None:
        """Give these keys the next generation, here at once and on the other machines; never raises."""
        slots = sorted({slot_of(key) for key in keys})
        try:
            self.local.bump(slots)
        except OSError:
            log.exception("An expiry could not be written; stored pages are rendered again within a minute.")
        if self.remote is not None:
            self.remote.bump(slots)

    @staticmethod
    def _holds_remotely(remote: Remote, stamp: Stamp, slots: tuple[int, ...], seen: Seen) -> bool:
        try:
            epoch, counter = remote.peek()
            if epoch != stamp.epoch:
                return False
            if counter != seen.remote:
                if remote.newest(slots) > stamp.remote:
                    return False
                seen.remote = counter
        except ConnectionError:
            return False
        return True


_made: dict[tuple[str, str], Generations] = {}
_making = threading.Lock()


def generations(folder: Path, redis_url: str, make: Callable[[str], Remote] = Remote.at) -> Generations:
    """Return the one object of this process for a folder and a Redis."""
    where = (str(folder), redis_url)
    found = _made.get(where)
    if found is None:
        with _making:
            found = _made.setdefault(
                where, Generations(LocalMap(folder / "generations"), make(redis_url) if redis_url else None)
            )
    return found
