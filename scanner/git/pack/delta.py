"""Deltas: the result's size, and the result, by dulwich's native code.

A delta begins with the sizes of its base and of its result, then says what to copy from the base and what to insert
(gitformat-pack(5)).
"""

from __future__ import annotations

from typing import Final

from dulwich.errors import ApplyDeltaError

from scanner.git.pack.index import PackError

# By the bits of a copy's code: which bytes of the offset, or of the length, follow.
_OFFSET_SHIFTS: Final = tuple(tuple(8 * n for n in range(4) if bits >> n & 1) for bits in range(16))
_LENGTH_SHIFTS: Final = tuple(tuple(8 * n for n in range(3) if bits >> n & 1) for bits in range(8))

try:
    from dulwich._pack import apply_delta as _apply  # type: ignore[import-not-found]
except ImportError:  # where dulwich came without native code
    from dulwich.pack import apply_delta as _apply


def apply_delta(base: bytes, delta: bytes) -> bytes:
    """Return what the delta makes of its base. Raises PackError for one that does not fit, or is damaged.

    Ask `result_size` first: a damaged delta may announce any amount of bytes. Raises MemoryError.
    """
    try:
        chunks = _apply(base, delta)
    except ApplyDeltaError:
        raise PackError("a delta in it is damaged") from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # how native code in Rust takes it when memory runs out
            raise MemoryError from None
        raise
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def copies(delta: bytes, most: int) -> list[tuple[int, int, int]] | None:
    """Return what the delta copies, as (offset in the result, length, offset in the base), in order of the result;
    None when that is more than `most` runs.

    The delta has been applied, so it is whole.
    """
    runs: list[tuple[int, int, int]] = []
    at, made, size, follows = _after_sizes(delta), 0, len(delta), 0
    while at < size:
        code = delta[at]
        at += 1
        if code < 128:  # so many bytes are inserted
            at += code
            made += code
            continue
        source = length = 0
        for shift in _OFFSET_SHIFTS[code & 15]:
            source |= delta[at] << shift
            at += 1
        for shift in _LENGTH_SHIFTS[code >> 4 & 7]:
            length |= delta[at] << shift
            at += 1
        length = length or 0x10000
        if source == follows and runs and runs[-1][0] + runs[-1][1] == made:  # a long run is copied in pieces
            runs[-1] = runs[-1][0], runs[-1][1] + length, runs[-1][2]
        else:
            runs.append((made, length, source))
            if len(runs) > most:
                return None
        made += length
        follows = source + length
    return runs


def _after_sizes(delta: bytes) -> int:
    _, at = _number(delta, 0)
    return _number(delta, at)[1]


def result_size(delta: bytes) -> int:
    """Return how many bytes the delta says that it makes. Raises PackError."""
    _, at = _number(delta, 0)
    return _number(delta, at)[0]


def sizes(delta: bytes) -> tuple[int, int]:
    """Return how many bytes the delta says that it makes, and where its operations begin. Raises PackError."""
    _, at = _number(delta, 0)
    return _number(delta, at)


def _number(delta: bytes, at: int) -> tuple[int, int]:
    """Return a number in 7-bit groups, the low ones first, and the offset behind it."""
    number = shift = 0
    try:
        while True:
            byte = delta[at]
            number |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return number, at
    except IndexError:
        raise PackError("a delta in it is damaged") from None
