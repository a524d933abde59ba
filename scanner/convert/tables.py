"""TOML to tables whose values are checked as they are taken out: each error names file, line and key."""

from __future__ import annotations

import math
import re
import sys
from importlib import import_module
from typing import Any, Final, NoReturn

from scanner.convert.positions import Path, Positions, find
from scanner.errors import ConfigError
from scanner.redact import printable

MAX_BYTES: Final = 4 << 20
_AT: Final = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)


class Table:
    """One table. Keys are compared without regard to case, as the tools that read these files do."""

    def __init__(self, file: str, values: dict[str, Any], path: Path, positions: Positions) -> None:
        self._file = file
        self._values = {key.lower(): value for key, value in values.items()}
        self._names = {key.lower(): key for key in values}
        self._path = path
        self._positions = positions
        self._taken: set[str] = set()

    @property
    def at(self) -> int:
        """The table's line."""
        return self._positions.line(self._path)

    def line(self, *keys: str | int) -> int:
        return self._positions.line((*self._path, *(key.lower() if isinstance(key, str) else key for key in keys)))

    def rest(self) -> list[str]:
        """Return the keys, as written, that nobody has asked for."""
        return [self._names[key] for key in self._values if key not in self._taken]

    def __contains__(self, key: str) -> bool:
        return key.lower() in self._values

    def text(self, key: str) -> str:
        value = self._take(key, "")
        return value if isinstance(value, str) else self._fail(key, "a text")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._fail(key, "a list of texts")
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self._take(key, False)
        return value if isinstance(value, bool) else self._fail(key, "true or false")

    def whole(self, key: str) -> int | None:
        value = self._take(key, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            self._fail(key, "a whole number from 0")
        return value

    def number(self, key: str) -> float:
        value = self._take(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._fail(key, "a number")
        return float(value)

    def table(self, key: str) -> Table | None:
        value = self._take(key, None)
        if value is None:
            return None
        return self._below(key, value) if isinstance(value, dict) else self._fail(key, "a table")

    def tables(self, key: str) -> list[Table]:
        """Return an array of tables; one written as a single table counts as an array of one."""
        value = self._take(key, [])
        if isinstance(value, dict):
            return [self._below(key, value)]
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._fail(key, f"an array of tables, each begun by [[{key}]]")
        return [self._below(key, item, n) for n, item in enumerate(value)]

    def _take(self, key: str, default: Any) -> Any:
        self._taken.add(key.lower())
        return self._values.get(key.lower(), default)

    def _below(self, key: str, values: dict[str, Any], *number: int) -> Table:
        return Table(self._file, values, (*self._path, key.lower(), *number), self._positions)

    def _fail(self, key: str, wanted: str) -> NoReturn:
        message = f"`{self._names[key.lower()]}` must be {wanted}"
        raise ConfigError(message, self._file, self.line(key), "correct it there, then import the file again")


def read(file: str, data: bytes) -> Table:
    """Return the top-level table of a file; `file` is its name for messages. Raises ConfigError."""
    file = printable(file)
    if len(data) > MAX_BYTES:
        raise ConfigError(f"is longer than {MAX_BYTES:,} bytes", file, help="split it into several files")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8 text", file, line, "save the file as UTF-8") from None
    return Table(file, _parse(file, text), (), find(text.replace("\r\n", "\n")))


def _parse(file: str, text: str) -> dict[str, Any]:
    toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    help = "a gitleaks or betterleaks configuration is expected, such as .gitleaks.toml"
    try:
        parsed: dict[str, Any] = toml.loads(text)
    except toml.TOMLDecodeError as error:
        found = _AT.fullmatch(str(error))
        line = int(found[2]) if found and found[2] else max(1, len(text.splitlines()))
        raise ConfigError(f"not valid TOML: {found[1] if found else error}", file, line, help) from None
    except RecursionError:
        raise ConfigError("is nested too deeply", file, help=help) from None
    return parsed
