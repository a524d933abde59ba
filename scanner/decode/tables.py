"""Tables whose head names a column of passwords or the like: CSV, tables of Markdown and of databases' clients, HTML.

A value there has no name beside it. So the column is given as a text of its own, in which the head's name stands
before each value, `password: "..."`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from scanner.decode.derived import Derived, Piece, Pieces
from scanner.model import Span

# What the rules take for a name decides later; so these may be too many.
_WORDS: Final = (
    r"pass|pwd|secret|token|credential|kennwort|senha|clave|contrase|(?:api|access|private|auth)[ _\-]?key"
    r"|\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c"
)
_HEAD: Final = 200  # bytes of a file's first line in which the name is looked for
_BESIDE: Final = r"[ \t*`_\"'A-Za-z()]{0,12}"
# For Hyperscan, with how many bytes it has at least and at most: a name in a file's first line, or beside a pipe; one
# that heads a column in HTML.
SIGNS: Final = {
    "table": (
        rf"^[^\r\n]{{0,{_HEAD}}}(?i:{_WORDS})[^\r\n]{{0,40}}[\r\n]|\|{_BESIDE}(?i:{_WORDS}){_BESIDE}[|\r\n]"
        rf"|(?i:{_WORDS}){_BESIDE}\|",
        4,
        _HEAD + 60,
    ),
    "html-table": (
        rf"(?i:<th)(?:[ ][^<>\r\n]{{0,40}})?>[ \t]{{0,8}}(?:\r?\n[ \t]{{0,20}})?[A-Za-z ]{{0,12}}(?i:{_WORDS})"
        rf"{_BESIDE}<",
        8,
        130,
    ),
}

_NAME: Final = re.compile(rf"(?i:{_WORDS})(?![aeiot])".encode("latin-1"))
_CELL: Final = re.compile(rb"[A-Za-z_\x80-\xff#][0-9A-Za-z_ ./#:\x80-\xff-]{0,40}(?:\([^()]{1,24}\))?")
_JOINED: Final = re.compile(rb"(?i)\s(?:and|or)\s")  # the words of a sentence with a comma
_RULE: Final = re.compile(rb"[ \t:+|]*[=-][ \t:+|=-]*")
_MARGIN: Final = re.compile(rb"[ \t]*(?:(?:#|//|\*|--|;|>)[ \t]*)?")
_QUOTED: Final = re.compile(rb'"((?:[^"]|"")*)"')  # the `csv` module tells no places
_LEAST, _MOST = 4, 200  # bytes of a value
_LINE: Final = 2000  # bytes of a head; and of what stands before a column's name in HTML
_LONGEST: Final = 1 << 20  # bytes of a table in HTML
_ROWS: Final = 100_000
_TRIED: Final = 5  # rows; a text of which none of the first is a row is no table
_HEADED: Final = re.compile(rb"(?is)<th(?:\s[^<>]{0,80})?>(.{0,80}?)</th>")
_FIELD: Final = re.compile(rb"(?is)<td(?:\s[^<>]{0,80})?>\s{0,80}((?:(?!</td).){0,400}?)\s{0,80}</td>")
_TAGS: Final = re.compile(rb"</?[A-Za-z][^<>]{0,60}>")
_WRAP: Final = b" \t*`\"'"
# Several words are a pass phrase only when a number is among them: else they describe something.
_NO_VALUE: Final = re.compile(rb"\\|\A\D*\s\D*\Z|\s(?:[a-z]*[A-Z,.;:()]|(?:to|of|at|in|is|be|or|and|the|with|for)\s)")


class Table(NamedTuple):
    """What a column holds, and where the table ends. `is_cut`: there is more of it."""

    found: tuple[Derived, ...]
    end: int
    is_cut: bool = False


class _Cell(NamedTuple):
    text: bytes
    start: int


def of_lines(data: bytes, low: int, high: int) -> Table:
    """Return the columns of the tables of lines whose heads stand between these offsets, or around them."""
    found: list[Derived] = []
    break_before = data.rfind(b"\n", max(0, low - _LINE), low)
    at = break_before + 1 if break_before >= 0 or low <= _LINE else _line_end(data, low) + 1  # too long for a head
    is_cut = False
    while at <= high:
        end = _line_end(data, at)
        table = Table((), end)
        if end - at <= _LINE and _NAME.search(data, at, end):
            table = _of_pipes(data, at, end) if b"|" in data[at:end] else _of_delimited(data, end) if at == 0 else table
        found += table.found
        is_cut |= table.is_cut
        at = max(end, table.end) + 1
    return Table(tuple(found), at - 1, is_cut)


def _line_end(data: bytes, at: int) -> int:
    end = data.find(b"\n", at)
    return len(data) if end < 0 else end


def _of_delimited(data: bytes, end: int) -> Table:
    """Read CSV and its like, of which the first line is the head."""
    head = data[:end].removeprefix(b"\xef\xbb\xbf").rstrip(b"\r")
    separator = max((b",", b";", b"\t"), key=head.count)
    names = [cell.strip(_WRAP) for cell in head.split(separator)]
    if len(names) < 2 or not all(map(_CELL.fullmatch, names)) or _JOINED.search(head):
        return Table((), end)

    def split(line: bytes, start: int) -> Sequence[_Cell]:
        return _quoted(line, start, separator) if b'"' in line else _split(line, start, separator)

    return _columns(data, names, _rows(data, end + 1), split)


def _of_pipes(data: bytes, begin: int, end: int) -> Table:
    """Read a table whose columns have pipes between them, below a line of hyphens; or with two pipes in the head; or
    one of Gherkin.
    """
    margin = _margin(data, begin, end)
    head = data[begin + margin : end].rstrip()
    below = end + 1
    if head.startswith(b"||"):
        names = [cell.strip(_WRAP) for cell in head.strip(b"|").split(b"||")]
    else:
        names = [cell.strip(_WRAP) for cell in head.strip(b"|").split(b"|")]
        stop = _line_end(data, below)
        if _RULE.fullmatch(data[below + _margin(data, below, stop) : stop].rstrip()):
            below = stop + 1
        elif not _is_announced(data, begin):
            return Table((), end)
    if len(names) < 2 or not all(cell == b"" or _CELL.fullmatch(cell) for cell in names):
        return Table((), end)

    def split(line: bytes, start: int) -> Sequence[_Cell]:
        at = _margin(line, 0, len(line))
        body = line.rstrip()
        if body[at : at + 1] == b"|":
            at, body = at + 1, body.removesuffix(b"|")
        return _split(body[at:], start + at, b"|")

    def rows() -> Iterator[tuple[int, int]]:
        for start, stop in _rows(data, below):
            if b"|" in data[start:stop]:
                yield start, stop
            elif not _RULE.fullmatch(data[start:stop].strip()):
                return

    return _columns(data, names, rows(), split)


def _is_announced(data: bytes, begin: int) -> bool:
    """Whether the line above ends in a colon: `Examples:`. Tables of Gherkin have no line below their head."""
    return data[max(0, begin - _HEAD) : begin].rstrip().endswith(b":")


def _margin(data: bytes, start: int, end: int) -> int:
    """Return how many bytes before the text of a line are blanks and the sign of a comment."""
    found = _MARGIN.match(data, start, end)
    return found.end() - start if found else 0


def _rows(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    while at < len(data):
        end = _line_end(data, at)
        yield at, end
        at = end + 1


def _split(line: bytes, start: int, separator: bytes) -> Sequence[_Cell]:
    found = []
    for text in line.split(separator):
        found.append(_Cell(text, start))
        start += len(text) + 1
    return found


def _quoted(line: bytes, start: int, separator: bytes) -> Sequence[_Cell]:
    """Split a line in which quotes may hold the separator, as far as its quotes are in order."""
    found: list[_Cell] = []
    at, line = 0, line.rstrip(b"\r")
    while at <= len(line):
        while line[at : at + 1] == b" ":
            at += 1
        if cell := _QUOTED.match(line, at):
            found.append(_Cell(cell[1], start + cell.start(1)))
            at = cell.end()
            if line[at : at + 1] not in (separator, b""):
                return found
        else:
            end = line.find(separator, at)
            end = len(line) if end < 0 else end
            found.append(_Cell(line[at:end], start + at))
            at = end
        at += 1
    return found


def _columns(
    data: bytes,
    names: Sequence[bytes],
    rows: Iterator[tuple[int, int]],
    split: Callable[[bytes, int], Sequence[_Cell]],
) -> Table:
    wanted = [number for number, name in enumerate(names) if _NAME.search(name)]
    columns = {number: _Column(names[number]) for number in wanted}
    fitting = end = 0
    for read, (start, end) in enumerate(rows if wanted else (), start=1):
        cells = split(data[start:end], start)
        if len(cells) == len(names):
            fitting += 1
            for number, column in columns.items():
                column.add(cells[number])
        elif not fitting and read >= _TRIED:
            return Table((), end)
        if read >= _ROWS:
            return Table(_derived(columns.values()), end, is_cut=True)
    return Table(_derived(columns.values()), end)


def of_html(data: bytes, low: int) -> Table:
    """Return the columns of the table in HTML whose head begins at the offset or a little behind it."""
    begin = max(data.rfind(tag, max(0, low - _LINE), low) for tag in (b"<tr", b"<TR"))
    limit = min(len(data), low + _LONGEST)
    end = _first(data, (b"</table", b"</TABLE"), low, limit)
    stop = _first(data, (b"</tr", b"</TR", b"<td", b"<TD"), low, end)
    names = [_TAGS.sub(b"", found[1]).strip() for found in _HEADED.finditer(data, begin if begin >= 0 else low, stop)]
    columns = {number: _Column(name) for number, name in enumerate(names) if _NAME.search(name)}
    fields = [_inner(_Cell(found[1], found.start(1))) for found in _FIELD.finditer(data, stop, end)] if columns else []
    for number, column in columns.items():
        for cell in fields[number :: len(names)]:
            column.add(cell)
    return Table(_derived(columns.values()), end, is_cut=bool(fields) and end == limit < len(data))


def _first(data: bytes, tags: Sequence[bytes], start: int, end: int) -> int:
    """Return where the first of the tags is, the end if none is."""
    return min((found for tag in tags if (found := data.find(tag, start, end)) >= 0), default=end)


def _inner(cell: _Cell) -> _Cell:
    """Return what stands in a cell within tags, if they are all around it."""
    text, start = cell
    while (tag := _TAGS.match(text)) and not tag[0].startswith(b"</"):
        close = text.rfind(b"</")
        text, start = text[tag.end() : close if close >= tag.end() else len(text)], start + tag.end()
    return _Cell(text, start)


class _Column:
    """Gathers the values of a column."""

    def __init__(self, name: bytes) -> None:
        self._name = re.sub(rb"[^0-9A-Za-z_.\x80-\xff-]+", b"_", name).strip(b"_")
        self._values: list[_Cell] = []

    def add(self, cell: _Cell) -> None:
        text = cell.text.lstrip(_WRAP)
        start = cell.start + len(cell.text) - len(text)
        text = text.rstrip(_WRAP + b"\r")
        if _LEAST <= len(text) <= _MOST and not _NO_VALUE.search(text):
            self._values.append(_Cell(text, start))

    def derived(self) -> Derived | None:
        """Return the values with the column's name before each. Where most are plain words, as in a table of what is
        required and what is not, words are none.
        """
        others = [cell for cell in self._values if not cell.text.isalpha()]
        said = bytearray()
        pieces: list[Piece] = []
        for text, start in self._values if 2 * len(others) > len(self._values) else others:
            quote = next((quote for quote in (b'"', b"'", b"`") if quote not in text), b"")
            if quote:
                pieces.append(Piece(len(said), start, 1))
                said += self._name + b": " + quote
                pieces.append(Piece(len(said), start))
                said += text
                pieces.append(Piece(len(said), start + len(text) - 1, 1))
                said += quote + b"\n"
        if not pieces:
            return None
        return Derived(bytes(said), "table", Span(pieces[0].source, pieces[-1].source + 1), Pieces(pieces))


def _derived(columns: Iterable[_Column]) -> tuple[Derived, ...]:
    return tuple(found for column in columns if (found := column.derived()))
