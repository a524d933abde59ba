"""The files of other scanners: which there are at the root, and what each says."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Final

from scanner.cli.entries import root_of
from scanner.cli.environment import Environment, cache_folder
from scanner.convert.accepted.said import Said
from scanner.errors import ConfigError, UsageError
from scanner.policy.disk import read
from scanner.redact import printable

_MOST: Final = 4 << 20  # bytes of a configuration, which a person writes
_MOST_BASELINE: Final = 64 << 20  # bytes of a list that a program writes
_BASELINES: Final = ("detect-secrets", "gitleaksignore", "betterleaksignore")
# What is looked for at the root; other names are given on the command line.
NAMES: Final = {
    ".gitleaks.toml": "gitleaks",
    "gitleaks.toml": "gitleaks",
    ".betterleaks.toml": "betterleaks",
    "betterleaks.toml": "betterleaks",
    ".gitleaksignore": "gitleaksignore",
    ".betterleaksignore": "betterleaksignore",
    ".secrets.baseline": "detect-secrets",
    "baseline-file.yml": "kingfisher",
    "baseline-file.yaml": "kingfisher",
    ".kingfisher-baseline.yml": "kingfisher",
    ".kingfisher-baseline.yaml": "kingfisher",
    "kingfisher-baseline.yml": "kingfisher",
    "kingfisher-baseline.yaml": "kingfisher",
    ".gitguardian.yaml": "ggshield",
    ".gitguardian.yml": "ggshield",
    ".trufflehog-ignore": "trufflehog",
    ".trufflehogignore": "trufflehog",
    ".trufflehog-exclude": "trufflehog",
    ".trufflehog-exclude.txt": "trufflehog",
    "trufflehog-exclude.txt": "trufflehog",
}
_HELP: Final = "it looks for .gitleaks.toml, .gitleaksignore, .betterleaks.toml, .secrets.baseline, .gitguardian.yaml, \
kingfisher-baseline.yml, .trufflehog-ignore and the like; name others: redhanded migrate FILE"


def all_said(given: Sequence[str], root: str, environment: Environment) -> list[Said]:
    """Return what the files say: those that are given, or else all at the root whose names are known.

    Raises UsageError when there is none, ConfigError for one that is wrong.
    """
    if given:
        paths = (os.path.abspath(os.path.join(environment.folder, path)) for path in given)
        return [_said(path, _name(path, root), environment) for path in paths]
    names = [name for name in NAMES if os.path.lexists(os.path.join(root, name))]
    if not names:
        raise UsageError("there is no file of another scanner here", _HELP)
    return [_said(os.path.join(root, name), name, environment) for name in names]


def _name(path: str, root: str) -> str:
    """Return what to call it, in reasons too: there nobody else's folders should stand."""
    return (
        os.path.relpath(path, root).replace(os.sep, "/") if path.startswith(root + os.sep) else os.path.basename(path)
    )


def _said(path: str, name: str, environment: Environment) -> Said:
    shown = printable(name)
    known = NAMES.get(os.path.basename(path))
    data = read(path, shown, _MOST_BASELINE if known in (*_BASELINES, None) else _MOST)
    if data is None:
        raise UsageError(f"{shown}: there is no such file", _HELP)
    kind = known or _kind(shown, data)
    if len(data) > _MOST and kind not in _BASELINES:
        raise ConfigError(f"is {len(data):,} bytes long; the limit is {_MOST:,}", shown)
    return _READERS[kind](shown, kind.removesuffix("ignore"), data, environment)


def _kind(name: str, data: bytes) -> str:
    """Return what kind of file it is, of one whose name does not say it. Raises UsageError."""
    base = os.path.basename(name).lower()
    head = data[:100_000]
    if base.endswith(".toml"):
        return "betterleaks" if "betterleaks" in base else "gitleaks"
    if b'"results"' in data and b'"plugins_used"' in data:
        return "detect-secrets"
    if b"ExactFindings" in head or b"fingerprint_algorithm: kingfisher" in head:
        return "kingfisher"
    if base.endswith("ignore") and "leaks" in base:
        return "betterleaksignore" if "better" in base else "gitleaksignore"
    if base.endswith((".yaml", ".yml")) and (b"ignored" in head or b"-ignore" in head):
        return "ggshield"
    if "exclude" in base or "trufflehog" in base:
        return "trufflehog"
    raise UsageError(
        f"{name}: it is not clear which scanner this file belongs to", f"give it a usual name: {', '.join(NAMES)}"
    )


def _leaks(name: str, tool: str, data: bytes, environment: Environment) -> Said:
    from scanner.convert.accepted.leaksconfig import leaks_config
    from scanner.engine.compiled import prepare_builtin
    from scanner.engine.scan import Scanner

    compiled = prepare_builtin(cache_folder(environment.variables), jobs=environment.cpus)
    return leaks_config(name, tool, data, Scanner(compiled.rules, compiled.prefilter, environment.now))


def _fingerprints(name: str, tool: str, data: bytes, environment: Environment) -> Said:
    from scanner.convert.accepted.lists import fingerprints

    return fingerprints(name, tool, data)


def _paths(name: str, tool: str, data: bytes, environment: Environment) -> Said:
    from scanner.convert.accepted.lists import paths

    return paths(name, tool, data)


def _detect_secrets(name: str, tool: str, data: bytes, environment: Environment) -> Said:
    from scanner.convert.accepted.baselines import detect_secrets

    return detect_secrets(name, data)


def _kingfisher(name: str, tool: str, data: bytes, environment: Environment) -> Said:
    from scanner.convert.accepted.kingfisher import kingfisher

    return kingfisher(name, data, root_of(environment))


def _ggshield(name: str, tool: str, data: bytes, environment: Environment) -> Said:
    from scanner.convert.accepted.ggshield import ggshield

    return ggshield(name, data)


_READERS: Final[dict[str, Callable[[str, str, bytes, Environment], Said]]] = {
    "gitleaks": _leaks,
    "betterleaks": _leaks,
    "gitleaksignore": _fingerprints,
    "betterleaksignore": _fingerprints,
    "detect-secrets": _detect_secrets,
    "kingfisher": _kingfisher,
    "ggshield": _ggshield,
    "trufflehog": _paths,
}
