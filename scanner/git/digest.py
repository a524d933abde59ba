"""Whether an object's content is what its id says. Git does not ask when it reads, only when it receives.

A loose object whose header lies about its length makes `git cat-file --batch` answer with less, or more, than it
announces: a reader that believed it would wait for ever, or take a forged answer for the next object's.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash

_LITTLE = 1 << 20  # bytes


class Digests:
    """Checks contents; begins with the interpreter's own SHA-1, which is slow but loads at once, and goes on with
    OpenSSL's, which is eight times as fast but takes 8 ms to load: half of what a bare interpreter does.
    """

    def __init__(self) -> None:
        self._seen = 0
        self._sha1: Callable[[bytes], _Hash] | None = None

    def fit(self, oid: str, kind: str, data: bytes) -> bool:
        """Whether `oid` is the id, in hex, of this object; SHA-256 repositories have longer ones."""
        header = b"%s %d\0" % (kind.encode(), len(data))
        self._seen += len(data)
        digest = self._start(len(oid))(header)
        digest.update(data)
        return digest.hexdigest() == oid

    def _start(self, width: int) -> Callable[[bytes], _Hash]:
        if width != 40:
            from hashlib import sha256

            return sha256
        if self._sha1 is None:
            self._sha1 = _builtin_sha1()
        if self._seen > _LITTLE:
            self._sha1 = _openssl_sha1
        return self._sha1


def _builtin_sha1() -> Callable[[bytes], _Hash]:
    try:
        from _sha1 import sha1  # type: ignore[import-not-found]
    except ImportError:  # not every build has it
        return _openssl_sha1
    function: Callable[[bytes], _Hash] = sha1
    return function


def _openssl_sha1(data: bytes) -> _Hash:
    from hashlib import sha1

    return sha1(data, usedforsecurity=False)
