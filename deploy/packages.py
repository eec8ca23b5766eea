"""Make a virtual environment and install what the locks list, only where a lock has changed.

Runs before anything is installed, so it uses the standard library alone:

    python3 deploy/packages.py [--into .venv] requirements.txt requirements-dev.txt

A second run needs no network. An install that was cut off leaves no telling what is whole, so the next run starts
from an empty environment.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import subprocess
import sys
import venv
from pathlib import Path

OLDEST = (3, 11)
# Some systems divide Python from what makes environments; with pip at hand that is no obstacle.
HAS_ENSUREPIP = importlib.util.find_spec("ensurepip") is not None


def main() -> None:
    """Bring the environment up to date, or leave with a sentence that says what is missing."""
    options = argparse.ArgumentParser(description="Install the locked packages.")
    options.add_argument("locks", nargs="+", type=Path)
    options.add_argument("--into", type=Path, default=Path(".venv"))
    chosen = options.parse_args()
    if sys.version_info < OLDEST:
        sys.exit(f"newsblog needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    try:
        with chosen.locks[0].open() as lock:
            # Two commands at once: the second waits, and then finds it done.
            fcntl.flock(lock, fcntl.LOCK_EX)
            install(chosen.into, chosen.locks)
    except subprocess.CalledProcessError:
        sys.exit("The packages could not be installed; pip says why above. The first run needs the network.")
    except KeyboardInterrupt:
        sys.exit("\nStopped half way. The next run starts afresh.")


def install(folder: Path, locks: list[Path]) -> None:
    """Install every lock whose content is not the one installed last.

    Raises CalledProcessError where pip or the making of the environment fails.
    """
    python = folder / "bin" / "python"
    unfinished = folder / "unfinished"
    if unfinished.exists() or not runs(python):
        make(folder)
    changed = [lock for lock in locks if not is_installed(folder, lock)]
    if not changed:
        return
    print(f"Installing {' and '.join(lock.name for lock in changed)} into {folder} …", flush=True)
    unfinished.touch()
    # One call for all: pip then checks that they agree.
    requirements = [word for lock in changed for word in ("--requirement", str(lock))]
    subprocess.run([*pip(python), "install", "--quiet", "--require-hashes", *requirements], check=True)
    for lock in changed:
        stamp(folder, lock).write_text(digest(lock), "ascii")
    unfinished.unlink()


def make(folder: Path) -> None:
    """Make an empty environment in place of whatever is there."""
    if not HAS_ENSUREPIP and importlib.util.find_spec("pip") is None:
        sys.exit("This Python has neither venv nor pip. On Debian: apt-get install python3-venv")
    print(f"Making the virtual environment {folder} with Python {sys.version.split()[0]} …", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    venv.create(folder, clear=True, symlinks=True, with_pip=False)
    (folder / "unfinished").touch()
    if HAS_ENSUREPIP:
        subprocess.run([folder / "bin" / "python", "-m", "ensurepip", "--default-pip"], check=True, capture_output=True)
    (folder / "unfinished").unlink()


def pip(python: Path) -> list[str]:
    """Return the command that installs into the environment: its own pip, else that of the Python which made it."""
    quietly = ["--disable-pip-version-check", "--no-input"]
    if HAS_ENSUREPIP:
        return [str(python), "-m", "pip", *quietly]
    return [sys.executable, "-m", "pip", "--python", str(python), *quietly]


def runs(python: Path) -> bool:
    """Whether an environment's Python is there and starts: the one that it points to may have been removed."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def is_installed(folder: Path, lock: Path) -> bool:
    """Whether the last finished install of this lock had the content that it has now."""
    kept = stamp(folder, lock)
    return kept.exists() and kept.read_text("ascii") == digest(lock)


def stamp(folder: Path, lock: Path) -> Path:
    return folder / f"installed-{lock.name}"


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
