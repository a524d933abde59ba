"""UTF-16 and UTF-32 to UTF-8, so that one set of byte patterns reads all; offsets lead back to the original bytes.

Without a byte order mark they are recognised by their zero bytes: in text of Latin letters nearly every second byte is
zero, or three of four. Everything else is left as it is: ASCII patterns match UTF-8, Latin-1 and the other 8-bit
encodings alike. What looks like either is scanned both ways, so that two bytes in front of a file hide nothing in it.
"""

from __future__ import annotations

from typing import Final

_SAMPLE: Final = 4096
# The longer ones first: a shorter one may begin as they do.
_BOMS: Final = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_ANY_BOM: Final = tuple(bom for bom, _ in _BOMS)


class Text:
    """Bytes to be scanned. `data` is UTF-8 when the original was UTF-16 or UTF-32, else the original itself."""

    __slots__ = ("_encoding", "_seen", "data")

    def __init__(self, data: bytes, encoding: str = "", bom: int = 0) -> None:
        self.data = data
        self._encoding = encoding
        self._seen = (0, bom)  # an offset in `data` and its original: asked in rising order, each byte is counted once

    def until(self, end: int) -> Text:
        """Return what stands before an offset in `data`; ask before `original` has been asked."""
        text = Text(self.data[:end], self._encoding)
        text._seen = self._seen
        return text

    def original(self, offset: int) -> int:
        """Return where the character that holds `offset` begins in the original bytes; ask in rising order."""
        if not self._encoding:
            return offset
        # A byte pattern may begin or end inside a character, where UTF-16 has no place for it.
        while self.data[offset : offset + 1] and self.data[offset] & 0xC0 == 0x80:
            offset -= 1
        seen, original = self._seen
        if offset < seen:
            raise ValueError("offsets must be asked in rising order")
        piece = self.data[seen:offset].decode()
        self._seen = offset, original + len(piece.encode(self._encoding))
        return self._seen[1]

    @property
    def is_binary(self) -> bool:
        return self.data.find(b"\0", 0, 8192) >= 0


def views(data: bytes) -> tuple[Text, ...]:
    """Return the texts to scan: the bytes as they are, and before them what they say in wide characters, if they may be
    such.
    """
    found = _wide(data)
    return (Text(data),) if found is None else (found, Text(data))


def _wide(data: bytes) -> Text | None:
    encoding, bom = _encoding(data)
    if not encoding:
        return None
    try:
        # Windows files may hold lone surrogates: let them pass. Odd last bytes are no text.
        width = 4 if "32" in encoding else 2
        text = data[bom : len(data) - (len(data) - bom) % width].decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return None
    return Text(_encoded(text), encoding, bom)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8. The replacement character is as wide as it in UTF-16, so offsets stay true.
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text).encode()


def _encoding(data: bytes) -> tuple[str, int]:
    if data.startswith(_ANY_BOM):
        return next((encoding, len(bom)) for bom, encoding in _BOMS if data.startswith(bom))
    if data.find(b"\0", 0, _SAMPLE) < 0 or len(data) < 4:
        return "", 0
    sample = data[:_SAMPLE]
    quarter = len(sample) // 4
    is_zero = [sample[at : 4 * quarter : 4].count(0) * 10 >= quarter * 9 for at in range(4)]
    if is_zero in ([False, True, True, True], [True, True, True, False]):
        return "utf-32-be" if is_zero[0] else "utf-32-le", 0
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # Text has zeros on one side nearly always and on the other hardly ever.
    if odd * 10 >= half * 7 and even * 10 <= half:
        return "utf-16-le", 0
    if even * 10 >= half * 7 and odd * 10 <= half:
        return "utf-16-be", 0
    return "", 0
