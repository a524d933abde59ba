"""What a receipt says of how a scan was made: the versions of what did the work, and the limits in force."""

from __future__ import annotations

import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from scanner import __version__
from scanner.engine.compiled import CompiledRules
from scanner.engine.match import SECONDS, SECONDS_PER_BYTE
from scanner.engine.scan import MAX_FINDINGS
from scanner.git.command import Git

_PACKAGES: Final = {"hyperscan": "hyperscan", "portable": "ahocorasick_rs"}


def versions(compiled: CompiledRules, git: Git | None) -> dict[str, str]:
    found = {"redhanded": __version__, "python": platform.python_version()}
    if git and (words := git.try_run("version")):
        found["git"] = words.decode("utf-8", "replace").removeprefix("git version").strip()
    for package in (_PACKAGES.get(compiled.prefilter.name, ""), "regex"):
        try:
            found[package] = version(package)
        except (PackageNotFoundError, ValueError):
            continue
    return found


def limits(compiled: CompiledRules, max_bytes: int) -> dict[str, float]:
    """Return what is skipped beyond: for each object its bytes, what it has of matches, the time of one rule in it."""
    module = import_module(type(compiled.prefilter).__module__)
    return {
        "bytes": max_bytes,
        "findings": MAX_FINDINGS,
        "candidates": module.MAX_HITS,
        "rule_seconds": SECONDS,
        "rule_seconds_per_byte": SECONDS_PER_BYTE,
    }
