"""Byte offsets to lines and columns, and UTF-16 text to the UTF-8 that rules are written for.

A line ends at LF, CRLF or a lone CR. Lines and columns begin at 1; a column counts code points; a byte that is
not valid UTF-8 counts as one; a byte order mark counts as nothing, as in every editor.
"""

from scanner.model import Position

UTF8_BOM = b"\xef\xbb\xbf"


class LineIndex:
    """Positions in one blob. Asked in rising order it reads each byte once, so a 50 MB line is no trap.

    Asked out of order it begins anew, which is correct and slower.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._bom = 3 if data.startswith(UTF8_BOM) else 0
        self._rewind()

    def _rewind(self) -> None:
        self._line = 1
        self._line_start = self._bom
        self._seen = self._bom  # everything before is counted in _line and _column
        self._column = 1

    def position(self, offset: int) -> Position:
        """Return line and column of the character that holds the byte at `offset` (0-based, at most len(data))."""
        offset = self._character_start(max(offset, self._bom))
        if offset < self._seen:
            self._rewind()
        self._advance_lines(offset)
        self._column += _code_points(self._data[self._seen : offset])
        self._seen = offset
        return Position(self._line, self._column)

    def _advance_lines(self, offset: int) -> None:
        data, seen = self._data, self._seen
        # A CR that ends the text before `offset` and has its LF at `offset` ends no line yet.
        crlf = data.count(b"\r\n", seen, offset)
        cr = data.count(b"\r", seen, offset)
        if cr and data[offset - 1 : offset + 1] == b"\r\n":
            cr -= 1
        lf = data.count(b"\n", seen, offset)
        ends = lf + cr - crlf
        if not ends:
            return
        self._line += ends
        self._seen = self._line_start = self._last_line_start(seen, offset, cr > crlf)
        self._column = 1

    def _last_line_start(self, seen: int, offset: int, has_lone_cr: bool) -> int:
        data = self._data
        start = data.rfind(b"\n", seen, offset) + 1
        if has_lone_cr:
            last = offset - 1 if data[offset - 1 : offset + 1] == b"\r\n" else offset
            start = max(start, data.rfind(b"\r", seen, last) + 1)
        return start

    def _character_start(self, offset: int) -> int:
        data = self._data
        for back in range(4):
            at = offset - back
            if at < 0 or offset >= len(data) or data[at] & 0xC0 != 0x80:
                break
        else:
            return offset
        if back and at >= 0 and _is_character(data, at, back):
            return at
        return offset


def line_span(data: bytes, offset: int, limit: int) -> tuple[int, int]:
    """Return the half-open span of the line that holds `offset`, without its end, at most `limit` bytes each way."""
    low, high = max(0, offset - limit), min(len(data), offset + limit)
    start = max(data.rfind(b"\n", low, offset), data.rfind(b"\r", low, offset), low - 1) + 1
    ends = [at for at in (data.find(b"\n", offset, high), data.find(b"\r", offset, high)) if at >= 0]
    return start, min(ends, default=high)


def _is_character(data: bytes, at: int, back: int) -> bool:
    width = 2 if data[at] < 0xE0 else 3 if data[at] < 0xF0 else 4
    if data[at] < 0xC0 or back >= width:
        return False
    try:
        data[at : at + width].decode()
    except UnicodeDecodeError:
        return False
    return True


def _code_points(piece: bytes) -> int:
    if piece.isascii():
        return len(piece)
    return len(piece.decode("utf-8", "surrogateescape"))
