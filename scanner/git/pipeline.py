"""Two gits, one feeding the other, without the data passing through Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from scanner.git.command import Git, failure


def complaints(messages: bytes) -> bytes:
    """Return what git says less its advice, which is about how it was called."""
    return b"\n".join(line for line in messages.splitlines() if line and not line.startswith(b"hint:"))


@contextmanager
def pipeline(git: Git, first: Sequence[str], second: Sequence[str]) -> Iterator[BinaryIO]:
    """Yield what the second prints, given the first's output; it must be read to its end.

    Raises GitError at the end when either fails, and also when the first succeeds but complains: what git says about
    a ref or an object store that it ignores is about objects that nobody will read.
    """
    feeder = git.start(*first)
    try:
        eater = git.start(*second, stdin=feeder.stdout.fileno())
    except BaseException:
        feeder.close()
        raise
    feeder.stdout.close()
    try:
        yield eater.stdout
        # One that dies takes its feeder with it (a broken pipe), and is the one to ask why.
        for process, arguments in ((eater, second), (feeder, first)):
            if code := process.wait():
                raise failure(arguments, code, process.messages())
        if words := complaints(feeder.messages()):
            raise failure(first, 0, words)
    finally:
        feeder.close()
        eater.close()
