"""SQLite databases: their rows, each as a line of JSON, by the SQLite that Python has; in memory, and read only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from scanner.decode.member import Allowance, Found, Member, Unread

if TYPE_CHECKING:
    import sqlite3

_STEPS: Final = 10_000  # of SQLite's machine, between two looks at the clock
_PIECE: Final = 1 << 18  # bytes of rows, between two looks at what is left
_WRITE_AHEAD: Final = slice(18, 20)  # two bytes of the header: 1 for a plain database, 2 for one with a log beside it
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
_LIMIT_OF_LENGTH: Final = 0  # as SQLite numbers it
_LEAST_VALUE: Final = 1 << 16
_LARGEST_ROW: Final = 1 << 26  # bytes
_MOST_TABLES: Final = 10_000


def tables(data: bytes, allowance: Allowance) -> Found:
    """Yield each table as a member. Raises sqlite3.Error for what is no database, and TooMuchError."""
    import sqlite3

    with closing(sqlite3.connect(":memory:")) as database:
        if not hasattr(database, "deserialize"):
            yield Unread(b"", "it is an SQLite database: it takes Python 3.11 to read one")
            return
        plain = bytearray(data)
        plain[_WRITE_AHEAD] = b"\1\1"
        database.deserialize(bytes(plain))
        _confine(database, allowance)
        names = [name for (name,) in database.execute(_TABLES).fetchmany(_MOST_TABLES)]
        for name in names:
            allowance.begin()
            yield from _table(database, name, allowance, len(data))


def _confine(database: sqlite3.Connection, allowance: Allowance) -> None:
    """Let it do nothing but read its own tables, and stop it when time is up."""
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.execute("PRAGMA query_only = ON")
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    database.set_progress_handler(lambda: allowance.is_late, _STEPS)


def _table(database: sqlite3.Connection, name: str, allowance: Allowance, size: int) -> Iterator[Member | Unread]:
    pieces: list[bytes] = []
    quoted = name.replace('"', '""')
    shown = name.encode("utf-8", "surrogateescape")
    wrong = ""
    try:
        count = len(database.execute("SELECT name FROM pragma_table_xinfo(?)", (name,)).fetchall())
        # A column may be computed: no value is longer than the file, and no row is much.
        if hasattr(database, "setlimit"):
            database.setlimit(_LIMIT_OF_LENGTH, max(_LEAST_VALUE, min(size, _LARGEST_ROW // max(1, count))))
        rows = database.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 a name cannot be a parameter
        columns = [column for column, *_ in rows.description]
        for row in rows:
            line = json.dumps(dict(zip(columns, map(_value, row), strict=True)), ensure_ascii=False)
            pieces.append(line.encode("utf-8", "replace"))
            allowance.take(len(pieces[-1]))
    except database.Error as error:
        wrong = f"it cannot be read to its end ({type(error).__name__})"
    if pieces or not wrong:
        yield Member(shown, b"\n".join(pieces))
    if wrong:
        yield Unread(shown, wrong, is_limit=allowance.is_late)


def _value(value: Any) -> Any:
    """Return what JSON can hold. Bytes that are zero would have six each."""
    return value.translate(None, b"\0").decode("latin-1") if isinstance(value, bytes) else value
