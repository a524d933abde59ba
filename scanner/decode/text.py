"""UTF-16 to UTF-8, so that one set of byte patterns reads both; offsets lead back to the original bytes.

UTF-16 without a byte order mark is recognised by its zero bytes: in text of Latin letters nearly every second byte is
zero. Everything else is left as it is: ASCII patterns match UTF-8, Latin-1 and the other 8-bit encodings alike.
What looks like UTF-16 is scanned both ways, so that two bytes in front of a file hide nothing in it.
"""

from __future__ import annotations

from typing import Final

_SAMPLE: Final = 4096
_BOMS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Text:
    """Bytes to be scanned. `data` is UTF-8 when the original was UTF-16, else the original itself."""

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
        return b"\0" in self.data[:8192]


def views(data: bytes) -> tuple[Text, ...]:
    """Return the texts to scan: the bytes as they are, and before them what they say as UTF-16, if they may be that."""
    found = _utf16(data)
    return (Text(data),) if found is None else (found, Text(data))


def _utf16(data: bytes) -> Text | None:
    encoding, bom = _encoding(data)
    if not encoding:
        return None
    try:
        # Windows files may hold lone surrogates: let them pass. An odd last byte is no text.
        text = data[bom : len(data) - (len(data) - bom) % 2].decode(encoding, "surrogatepass")
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
    for bom, encoding in _BOMS:
        if data.startswith(bom) and not data.startswith(b"\xff\xfe\0\0"):
            return encoding, len(bom)
    sample = data[:_SAMPLE]
    if b"\0" not in sample or len(sample) < 4:
        return "", 0
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # Text has zeros on one side nearly always and on the other hardly ever.
    if odd * 10 >= half * 7 and even * 10 <= half:
        return "utf-16-le", 0
    if even * 10 >= half * 7 and odd * 10 <= half:
        return "utf-16-be", 0
    return "", 0
