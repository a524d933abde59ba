"""Is redhanded itself whole: Python, the packages that it needs, the rules, the prefilter, the cache."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from time import perf_counter
from typing import Final

from scanner import __version__
from scanner.cli.doctor.check import Check
from scanner.cli.environment import cache_folder
from scanner.engine.compiled import prepare_builtin
from scanner.ruleset.tidy import VERDICTS, listing

_OLDEST: Final = (3, 10)
# Modules by the name of their package, as in pyproject.toml.
_NEEDED: Final = {
    "PyYAML": "yaml",
    "regex": "regex",
    "GitPython": "git",
    "ahocorasick_rs": "ahocorasick_rs",
    "numpy": "numpy",
    "dulwich": "dulwich",
}
# What is unpacked with one of these modules only.
_EXTRAS: Final = {"zstd": ("zstandard", "compression"), "7-Zip": ("py7zr",), "PDF": ("pypdf",)}
_AGAIN: Final = "pip install --force-reinstall redhanded"
_UNWRITABLE: Final = "see that this folder is yours and can be written, or set XDG_CACHE_HOME to one that is"


def installation(variables: Mapping[str, str]) -> Iterator[Check]:
    """Yield what there is to say of Python, this package and those that it needs."""
    version = platform.python_version()
    if sys.version_info[:2] < _OLDEST:
        yield Check("python", "broken", f"{version} is too old", "redhanded needs Python 3.10 or later")
    else:
        yield Check("python", "ok", f"{version} at {sys.executable}")
    yield _package(variables)
    lacking = [name for name, module in _NEEDED.items() if find_spec(module) is None]
    if sys.version_info < (3, 11) and find_spec("tomli") is None:
        lacking.append("tomli")
    if lacking:
        yield Check("packages", "broken", f"not installed: {', '.join(lacking)}", _AGAIN)
    yield _prefilter()
    yield _extras()


def _extras() -> Check:
    lacking = [what for what, modules in _EXTRAS.items() if not any(map(find_spec, modules))]
    if not lacking:
        return Check("extras", "ok", "archives: all kinds are unpacked")
    return Check("extras", "ok", f"not unpacked: {', '.join(lacking)} (pip install 'redhanded[archives]' does that)")


def _package(variables: Mapping[str, str]) -> Check:
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    told = f"{__version__} at {here}"
    command = shutil.which("redhanded", path=variables.get("PATH"))
    if command is None:
        help = (
            "plain hooks call it by this name: install it for your user (pipx, uv tool), or name its path in the hook"
        )
        return Check("redhanded", "warning", f"{told}; no `redhanded` is on the PATH", help)
    return Check("redhanded", "ok", f"{told}; on the PATH is {command}")


def _prefilter() -> Check:
    if find_spec("hyperscan") is not None:
        return Check("prefilter", "ok", "hyperscan")
    cost = "portable: the findings are the same, but scans take several times as long, and rules are read in each run"
    return Check("prefilter", "warning", cost, "pip install hyperscan, where there is a wheel for this system")


def cache(variables: Mapping[str, str], jobs: int) -> Iterator[Check]:
    """Yield whether something can be kept, how much is, and how long it takes so many processes to have the rules
    ready.
    """
    folder = cache_folder(variables)
    if folder is None:
        yield Check("cache", "warning", "there is no cache folder", "set HOME or XDG_CACHE_HOME to an absolute path")
    else:
        yield _folder(folder)
    before = _compiled(folder)
    began = perf_counter()
    compiled = prepare_builtin(folder, jobs=jobs)
    seconds = perf_counter() - began
    count = len(compiled.rules)
    if compiled.prefilter.name != "hyperscan":
        yield Check("rules", "ok", f"{count:,} built-in rules, read in {seconds:.2f} s (as in every run)")
    elif before and before == _compiled(folder):
        yield Check("rules", "ok", f"{count:,} built-in rules, compiled before, loaded in {seconds:.2f} s")
    elif _compiled(folder):
        yield Check("rules", "ok", f"{count:,} built-in rules, compiled now in {seconds:.2f} s; later runs load them")
    else:
        message = f"{count:,} built-in rules, compiled in {seconds:.2f} s, as in every run: nothing can be kept"
        yield Check("rules", "warning", message, _UNWRITABLE)


def _folder(folder: str) -> Check:
    probe = os.path.join(folder, f".doctor.{os.urandom(8).hex()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        os.unlink(probe)
        found = listing(folder)
    except OSError as error:
        return Check("cache", "warning", f"{folder} cannot be used: {error.strerror}", _UNWRITABLE)
    return Check("cache", "ok", f"{folder}: {len(found):,} files, {sum(kept.size for kept in found):,} bytes")


def _compiled(folder: str | None) -> set[str]:
    try:
        found = listing(folder) if folder else []
    except OSError:
        return set()
    return {kept.name for kept in found if len(kept.name) > 32 and not kept.name.endswith(VERDICTS)}
