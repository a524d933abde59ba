"""The baseline of detect-secrets, which is JSON.

https://github.com/Yelp/detect-secrets#readme: `hashed_secret` is the SHA-1 of the secret, `is_secret` says
what an audit thought of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from scanner.convert.accepted.items import allowed, exclusion
from scanner.convert.accepted.said import Known, Left, Said, Setting
from scanner.errors import ConfigError

_HASH: Final = re.compile(r"[0-9a-f]{40}")
_HASH_LINE: Final = re.compile(r'"hashed_secret"\s*:\s*"([0-9a-f]{40})"')
_REAL: Final = "rotate it, then take it out of the files; `redhanded allow add` accepts it once it is worthless"
_FILTERS: Final = "detect_secrets.filters."
_HELP: Final = "it should be what `detect-secrets scan` writes"


def detect_secrets(file: str, data: bytes) -> Said:
    """Return what a baseline of detect-secrets says. Raises ConfigError."""
    top = _json(file, data)
    results = top.get("results") if isinstance(top, dict) else None
    if not isinstance(results, dict):
        raise ConfigError("is no baseline of detect-secrets: it has no `results`", file, help=_HELP)
    lines = _Lines(data.decode("utf-8", "replace"))
    found: list[Known | Left | Setting] = []
    for path, entries in results.items():
        if not isinstance(entries, list):
            _wrong(file, f"`results` of {path!r} must be a list")
        found += (_secret(file, path, entry, lines) for entry in entries)
    found += _filters(file, top, lines)
    return Said.of(file, "detect-secrets", found)


def _json(file: str, data: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise ConfigError(f"the key {twice!r} occurs twice in one object", file, help="keep one of them")
        return made

    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=once)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8 text", file, line, "save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise ConfigError(f"not valid JSON: {error.msg}", file, error.lineno, _HELP) from None
    except RecursionError:
        raise ConfigError("is nested too deeply", file, help=_HELP) from None
    except ValueError as error:  # a number of thousands of digits
        raise ConfigError(f"not valid JSON: {error}", file, help=_HELP) from None


class _Lines:
    """Where hashes and patterns stand: JSON's parser tells no lines. A hash is met as often as it is there."""

    def __init__(self, text: str) -> None:
        self._hashes: dict[str, list[int]] = {}
        self._all = text.split("\n")
        for number, line in enumerate(self._all, 1):
            for match in _HASH_LINE.finditer(line):
                self._hashes.setdefault(match[1], []).append(number)

    def of_hash(self, digest: str) -> int:
        found = self._hashes.get(digest, [1])
        return found.pop(0) if len(found) > 1 else found[0]

    def of_text(self, text: str) -> int:
        written = json.dumps(text)
        return next((number for number, line in enumerate(self._all, 1) if written in line), 1)


def _secret(file: str, path: str, entry: Any, lines: _Lines) -> Known | Left:
    digest = entry.get("hashed_secret") if isinstance(entry, dict) else None
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        _wrong(file, f"an entry of {path!r} has no `hashed_secret` of 40 hex digits")
    number, kind, line = entry.get("line_number", 0), entry.get("type", ""), lines.of_hash(digest)
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(kind, str):
        raise ConfigError("`line_number` must be a number and `type` a text", file, line, _HELP)
    path = path.replace("\\", "/").removeprefix("./")
    what = f"{path}:{number} ({kind})"
    if entry.get("is_secret") is True:
        return Left(file, line, what, "an audit has called it a real secret, so it is not accepted", _REAL)
    if entry.get("is_verified") is True:
        return Left(file, line, what, "its service has confirmed it as live, so it is not accepted", _REAL)
    return Known(file, line, what, path, max(number, 0), algorithm="sha1", digest=digest)


def _wrong(file: str, what: str) -> NoReturn:
    raise ConfigError(what, file, help=_HELP)


def _filters(file: str, top: dict[str, Any], lines: _Lines) -> Iterator[Setting | Left]:
    """Yield what its filters leave out, of the form since 1.0 (`filters_used`) and of the one before (`exclude`)."""
    for one in _dicts(file, top, "filters_used"):
        path = f"{one.get('path', '')}"
        for pattern in _texts(one.get("pattern")):
            yield from _filter(file, lines.of_text(pattern), path.rpartition(".")[2], pattern)
        if path.startswith(f"{_FILTERS}wordlist"):
            yield Left(file, lines.of_text(path), path, "its word list is not carried over", "write `allow` by hand")
        elif not path.startswith(_FILTERS):
            yield Left(file, lines.of_text(path), f"filter {path!r}", "it is a program, which cannot be carried over")
    old = top.get("exclude")
    for key, kind in (("files", "should_exclude_file"), ("lines", "should_exclude_line")):
        for pattern in _texts(old.get(key)) if isinstance(old, dict) else ():
            yield from _filter(file, lines.of_text(pattern), kind, pattern)
    for one in _dicts(file, top, "plugins_used"):
        if one.get("path"):
            why = "it is a program, which cannot be carried over"
            yield Left(
                file, lines.of_text(f"{one['path']}"), f"plugin {one.get('name')!r}", why, "`redhanded rules new`"
            )


def _dicts(file: str, top: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = top.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        _wrong(file, f"`{key}` must be a list of objects")
    return found


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and one]


def _filter(file: str, line: int, kind: str, pattern: str) -> Iterator[Setting | Left]:
    match kind:
        case "should_exclude_file":
            yield from exclusion(file, line, pattern)
        case "should_exclude_line":
            yield allowed(file, line, "line", pattern)
        case "should_exclude_secret":
            yield allowed(file, line, "value", pattern)
        case _:
            yield Left(file, line, f"the pattern of {kind}", "this filter is not known")
