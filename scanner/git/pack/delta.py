"""Deltas: the result's size, and the result, by dulwich's native code.

A delta begins with the sizes of its base and of its result, then says what to copy from the base and what to insert
(gitformat-pack(5)).
"""

from __future__ import annotations

from dulwich.errors import ApplyDeltaError

from scanner.git.pack.index import PackError

try:
    from dulwich._pack import apply_delta as _apply  # type: ignore[import-not-found]
except ImportError:  # where dulwich came without native code
    from dulwich.pack import apply_delta as _apply


def apply_delta(base: bytes, delta: bytes) -> bytes:
    """Return what the delta makes of its base. Raises PackError for one that does not fit, or is damaged.

    Ask `result_size` first: a damaged delta may announce any amount of bytes.
    """
    try:
        chunks = _apply(base, delta)
    except ApplyDeltaError:
        raise PackError("a delta in it is damaged") from None
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


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
