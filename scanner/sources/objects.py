"""Git objects to blobs, through `git cat-file`: the reader that the index and the history share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git
from scanner.model import Blob, Skip, Target


class ObjectReader:
    """Reads targets whose `handle` is an object id."""

    def __init__(self, git: Git) -> None:
        self._objects = CatFile(git)

    def __enter__(self) -> ObjectReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._objects.close()

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip]:
        answers = self._objects.read([target.handle for target in targets])
        for target, answer in zip(targets, answers, strict=True):
            if isinstance(answer, Object):
                yield Blob(target.origin, answer.data)
            else:
                yield Skip(target.origin, "missing-object" if answer.missing else "unreadable", answer.detail)
