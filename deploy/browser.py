"""Find the Chromium that the browser tests drive; with ``--install``, fetch one where there is none.

In this order: a Chromium or Chrome that is installed, Debian's package (as root), Playwright's own download.
Without any, the browser tests are skipped and say so; under CI they must not be, so there it is a failure.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = """
################################################################################
#  NO BROWSER: the tests in tests/browser are SKIPPED, so what people do in a  #
#  browser stays unproved. Install Chromium and run `make test` again.         #
################################################################################
"""


def find() -> str | None:
    """Return the path of a Chromium that is here, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return _downloaded()


def install() -> str | None:
    """Return the path of a Chromium, fetched where there was none; None where none is to be had."""
    if path := find():
        return path
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's Chromium for the browser tests …", flush=True)
        unasked = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-q", *words], check=False, env=unasked, stdout=subprocess.DEVNULL)
        if path := find():
            return path
    print("Downloading Playwright's Chromium for the browser tests …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find()


def _downloaded() -> str | None:
    """Return Playwright's own Chromium where it was downloaded before."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    # Linux and macOS lay their builds out differently; the newest build sorts last.
    patterns = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
    found = sorted(path for pattern in patterns for path in folder.glob(pattern) if os.access(path, os.X_OK))
    return str(found[-1]) if found else None


def main() -> None:
    """Print the path, or say loudly that there is none; under CI that is an error."""
    path = install() if "--install" in sys.argv else find()
    if path:
        print(f"Browser for the tests: {path}", flush=True)
        return
    print(MISSING, file=sys.stderr, flush=True)
    sys.exit(1 if os.environ.get("CI", "").lower() in ("1", "true") else 0)


if __name__ == "__main__":
    main()
