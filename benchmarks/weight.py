"""What a first visit of an article's page transfers, as a browser counts it."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.servers import new_place, site
from benchmarks.table import Part, Table, number, verdict

COMMENTS = 20
WIDTH = 390  # pixels
BOUNDS = {"all": 48.0, "Stylesheet": 9.0, "Script": 4.0, "Font": 32.0}  # kB of 1,000 bytes, as transferred
REQUESTS = 5
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def measure(work: Path, static: Path, *, quick: bool) -> Part:
    """Return the part; a quarter of a minute. Needs Chromium and Playwright."""
    place = new_place(work, "weight", static)
    place.seed(50)
    with site(place) as server:
        loads = first_visit(server.url + place.pages["threads"][str(COMMENTS)])
    counted = [load for load in loads if not _is_icon(load)]
    by_kind: dict[str, float] = defaultdict(float)
    for load in counted:
        by_kind[load["kind"]] += load["bytes"] / 1000
    total = sum(by_kind.values())
    strangers = {urlsplit(load["url"]).netloc for load in loads} - {urlsplit(server.url).netloc}
    rows = [["transferred, kB", number(total), number(BOUNDS["all"]), verdict(total, BOUNDS["all"])]]
    for kind, size in sorted(by_kind.items()):
        bound = BOUNDS.get(kind)
        rows.append(
            [
                f"of it {kind.lower()}, kB",
                number(size),
                number(bound) if bound else "—",
                verdict(size, bound) if bound else "—",
            ]
        )
    rows.append(["requests", str(len(counted)), str(REQUESTS), verdict(len(counted), REQUESTS)])
    rows.append(["other hosts", str(len(strangers)), "0", "kept" if not strangers else "**missed**"])
    about = (
        f"An article with {COMMENTS} comments and no picture of its own, at {WIDTH} px, with an empty cache, straight "
        "from gunicorn; headers are counted, the icon is not."
    )
    return Part("weight", "First visit", about, [Table(["", "found", "bound", ""], rows)])


def first_visit(address: str) -> list[dict[str, Any]]:
    """Return URL, kind and transferred bytes of everything that a browser loads for an address."""
    from playwright.sync_api import sync_playwright

    loads: dict[str, dict[str, Any]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": 844}, device_scale_factor=3)
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})

        def begins(event: dict[str, Any]) -> None:
            loads[event["requestId"]] = {"url": event["request"]["url"], "kind": event.get("type", "Other"), "bytes": 0}

        def ends(event: dict[str, Any]) -> None:
            if event["requestId"] in loads:
                loads[event["requestId"]]["bytes"] = event["encodedDataLength"]

        network.on("Network.requestWillBeSent", begins)
        network.on("Network.loadingFinished", ends)
        page.goto(address, wait_until="networkidle")
        # What loads only when it comes into view belongs to the visit.
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(500)
        browser.close()
    return [load for load in loads.values() if not load["url"].startswith("data:")]


def _is_icon(load: dict[str, Any]) -> bool:
    return "icon" in urlsplit(load["url"]).path.rpartition("/")[2]
