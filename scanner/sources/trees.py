"""Trees to the names in them. What a worker has met before is not told again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.git.pack.index import PackError
from scanner.git.pack.pack import Pack
from scanner.git.pack.treedelta import names
from scanner.git.pack.trees import tree_names
from scanner.model import Blob, NameOrigin, Names, Skip, Target, TreeOrigin


class TreeReader:
    def __init__(self, max_bytes: int) -> None:
        self._seen: set[bytes] = set()
        self._max_bytes = max_bytes

    def packed(self, pack: Pack, begin: int, end: int, unread: list[Target]) -> Iterator[Names]:
        """Yield the names in the trees at these places. What cannot be read here goes to `unread`."""
        found: dict[bytes, int] = {}
        objects = 0
        folders = tree_names(pack, begin, end, self._max_bytes)
        for place, fresh, folder in zip(range(begin, end), pack.fresh[begin:end].tolist(), folders, strict=True):
            # Of another pack's copy too: a tree that is a delta of it tells only what is new.
            for name in folder or ():
                if name not in found:
                    found[name] = place
            if fresh and (folder is None or pack.contested[place]):
                unread.append(Target(TreeOrigin(pack.oid(place)), 0, pack.oid(place)))
                continue
            objects += fresh
        yield self._told({name: pack.oid(place) for name, place in found.items() if name not in self._seen}, objects)

    def whole(self, answers: Iterable[Blob | Skip]) -> Iterator[Blob | Skip | Names]:
        """Yield the answers, and of those that are trees the names."""
        for answer in answers:
            if isinstance(answer, Skip) or not isinstance(answer.origin, TreeOrigin):
                yield answer
                continue
            try:
                found = names(answer.data, len(answer.origin.oid) // 2)
                yield self._told(dict.fromkeys(found - self._seen, answer.origin.oid), 1)
            except PackError as error:
                yield Skip(answer.origin, "unreadable", str(error))

    def _told(self, fresh: dict[bytes, str], objects: int) -> Names:
        self._seen.update(fresh)
        return Names({NameOrigin(name.partition(b" ")[2]): oid for name, oid in fresh.items()}, objects)
