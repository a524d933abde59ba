"""Git objects to blobs, through `git cat-file`: the reader that the index and the history share.

The only place in `sources` that knows how objects are read: a faster reader replaces this one class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType

from scanner.git.catfile import MAX_BYTES, CatFile, Object
from scanner.git.command import Git
from scanner.model import NO_LEADS, Blob, Leads, Names, Skip, Target


class ObjectReader:
    """Reads targets whose `handle` is an object id; what is over `max_bytes` becomes a skip. `leads` are those of
    objects that were scanned before, by id.
    """

    def __init__(self, git: Git, max_bytes: int = MAX_BYTES, leads: Mapping[str, Leads] = NO_LEADS) -> None:
        self._objects = CatFile(git, max_bytes)
        self._leads = leads

    def __enter__(self) -> ObjectReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._objects.close()

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        return self.objects(targets)

    def objects(self, targets: Sequence[Target]) -> Iterator[Blob | Skip]:
        """Yield what each target's object holds, in order."""
        answers = self._objects.read([target.handle for target in targets])
        for target, answer in zip(targets, answers, strict=True):
            if isinstance(answer, Object):
                yield Blob(target.origin, answer.data, leads=self._leads.get(target.handle))
            else:
                yield Skip(target.origin, answer.reason, answer.detail)
