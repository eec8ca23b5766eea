"""The locks are what the .in files ask for, on both lines, with hashes: judged without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAIRS = ("requirements", "requirements-scale", "requirements-dev")


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / f"{name}.in").read_text("utf-8").splitlines()
    return [Requirement(line.split("#")[0].strip()) for line in lines if line.split("#")[0].strip()]


def pinned(name: str) -> dict[str, list[Requirement]]:
    """Return the pins of a lock by package; a package has two where the lines differ."""
    pins: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^[a-z0-9].*==.*?(?= \\$)", (ROOT / f"{name}.txt").read_text("utf-8"), re.MULTILINE):
        pin = Requirement(line)
        pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


def versions(pins: list[Requirement]) -> set[str]:
    return {next(iter(pin.specifier)).version for pin in pins}


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_asked_for_is_locked_in_a_version_that_fits(name: str) -> None:
    pins = pinned(name)
    for wanted in asked(name):
        locked = versions(pins[canonicalize_name(wanted.name)])
        assert all(wanted.specifier.contains(version) for version in locked), f"{wanted}: {locked}"


@pytest.mark.parametrize("name", PAIRS)
def test_every_pin_has_its_hashes(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text("utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_one_lock_serves_both_lines_of_django() -> None:
    lines = {str(pin.marker): next(iter(pin.specifier)).version for pin in pinned("requirements")["django"]}
    assert sorted(version[:3] for version in lines.values()) == ["5.2", "6.1"]
    assert all("python_full_version" in marker and "3.12" in marker for marker in lines)


@pytest.mark.parametrize("name", ["requirements-scale", "requirements-dev"])
def test_the_locks_agree_with_production(name: str) -> None:
    production, other = pinned("requirements"), pinned(name)
    assert {
        package
        for package in production.keys() & other.keys()
        if versions(production[package]) != versions(other[package])
    } == set()
