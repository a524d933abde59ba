"""What is missing of all that refs, reflogs and the worktrees' HEADs reach."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Final

from scanner.git.command import Git, failure
from scanner.git.pipeline import complaints
from scanner.git.process import Process

_ARGUMENTS: Final = ("rev-list", "--objects", "--all", "--reflog", "--missing=print", "--quiet")
# It would map all packs whole, beside ours.
_FRUGAL: Final = ("-c", "core.packedGitWindowSize=128m", "-c", "core.packedGitLimit=256m")
_ID: Final = 40  # hex digits


class Reach:
    """Asked of a git that runs beside the reading. It goes through every commit and tree, so it finds what is missing.

    `tips` are binary ids from which everything was reached before, and is still stored as it was: only what is beyond
    is gone through, when nothing was missing.
    """

    def __init__(self, git: Git, tips: bytes = b"") -> None:
        self._git = git
        self._process = self._start(tips)

    def _start(self, tips: bytes) -> Process:
        if not tips:
            return self._git.start(*_FRUGAL, *_ARGUMENTS)
        text = tips.hex()
        try:
            with TemporaryFile() as known:
                known.write("".join(f"^{text[at : at + _ID]}\n" for at in range(0, len(text), _ID)).encode())
                known.seek(0)
                return self._git.start(*_FRUGAL, *_ARGUMENTS, "--stdin", stdin=known.fileno())
        except OSError:  # no room for a file; so git goes through everything
            return self._start(b"")

    def missing(self) -> Iterator[str]:
        """Wait, and yield the id of each object that something refers to and the repository lacks.

        Raises GitError at the end when git could not go through all of it.
        """
        try:
            output, code = self._process.finish()
            for line in output.splitlines():
                yield line.lstrip(b"?").decode()
            if code or complaints(self._process.messages()):
                raise failure(_ARGUMENTS, code, self._process.messages())
        finally:
            self.close()

    def close(self) -> None:
        self._process.close()
