"""The memory of `redhanded history`: from the cache folder before a run, back into it after.

Whatever goes wrong with it costs time and nothing else: the run then reads everything, or the next one does.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.engine.batch import BatchResult, Quiet
from scanner.engine.compiled import CompiledRules
from scanner.engine.judge import judge_name
from scanner.git.catfile import MAX_BYTES
from scanner.git.command import Git
from scanner.git.facts import Facts, State, gather, state
from scanner.git.folders import Folders
from scanner.git.graph import Listing
from scanner.git.place import Place
from scanner.model import BlobOrigin
from scanner.redact import printable
from scanner.ruleset import cache, tidy
from scanner.sources.past import NOTHING, Known, Past, Story, decode, encode
from scanner.sources.said import is_plain, was_cut, will_be_said_again
from scanner.sources.story import Before
from scanner.sources.unchanged import Unchanged

if TYPE_CHECKING:  # numpy takes longer to load than there is to do when nothing has changed
    from scanner.sources.history import History
    from scanner.sources.recall import Recalled

Remark = Callable[[str], None]


class Recollection:
    """One run's dealings with the memory. `remark` tells what those who asked for it want to know.

    `folder` is the cache, None for none; without one, or with ids that are not SHA-1, everything is read.
    `gate`: see Scanner; `limit`: bytes of the largest object that is read.
    """

    def __init__(
        self,
        git: Git,
        place: Place,
        folder: str | None,
        compiled: CompiledRules,
        wanted: frozenset[str],
        remark: Remark,
        gate: float | None = None,
        limit: int = MAX_BYTES,
    ) -> None:
        self._git = git
        self._place = place
        self._folder = folder if place.is_sha1 else None
        self._remark = remark
        self._limit = limit
        self._source: History | None = None
        self._recalled: Recalled | None = None
        self._state = State()
        self._facts = Facts({}, {})
        self._rows = b""
        self._reader = ""
        self._is_new = False
        self.past = self._next = NOTHING
        if self._folder is None:
            remark("nothing is remembered of this run: there is no cache folder, or its ids are not SHA-1")
            return
        path = os.path.realpath(place.objects).encode("utf-8", "surrogateescape")
        judge = judge_name(compiled, wanted, limit, gate)
        self._key = cache.digest(path, judge.encode()) + tidy.VERDICTS
        stored = cache.load(self._folder, self._key)
        self.past, self._rows = (decode(stored) if stored else None) or (NOTHING, b"")
        self._state, self._facts = self._look()

    @property
    def is_unchanged(self) -> bool:
        """Whether the repository is what it was when everything was known of it."""
        return bool(self.past.state) and self.past.state == self._state.whole

    def again(self) -> Unchanged:
        """Return a source of what is to be read again of a repository that has not changed."""
        self._next = self.past
        return Unchanged(self._git, self.past, self._facts, self._limit)

    def source(self, whole: History, reader: str, listing: Listing | None) -> History:
        """Return what is left to read of the whole, which `reader` would read; `listing` are the commits of now."""
        self._reader = reader
        if self._folder is None or whole.store.folders is None:
            return whole
        from scanner.sources import memory
        from scanner.sources.recall import recall

        known = memory.decode(self._rows) or memory.nothing()
        self._recalled = recall(whole.store, known, self._facts, self.past)
        past = self._beyond(known.facts)
        self._source = whole.less(self._recalled, past, listing)
        return self._source

    def _beyond(self, facts: frozenset[bytes]) -> Past:
        """Return what is still true of the past: nothing when something of what was stored then is gone."""
        now = {*self._facts.packs.values(), *self._facts.loose.values()}
        is_there = bool(self.past.state) and facts <= now and self.past.settings == self._state.settings
        return self.past if is_there and not self._place.is_shallow else NOTHING

    def completed(self, result: BatchResult) -> BatchResult:
        """Return the result with what was known before; take down what is new in it. Git is asked nothing when the run
        was cut short.
        """
        if self._source is None or self._recalled is None:
            return with_known(result, self.past.known) if self._next is not NOTHING else result
        from scanner.sources.memory import encode as encoded
        from scanner.sources.recall import learned, remembered

        is_whole = not was_cut(result.skips)
        memory = learned(self._recalled, result.quiet, self._facts, is_whole)
        if memory is not self._recalled.memory:
            self._rows, self._is_new = encoded(memory), True
        result = with_known(result, self._recalled.known)
        # What git has said is true of a repository that nobody has changed meanwhile.
        if is_whole and self._state.whole and self._look()[0] == self._state:
            past = remembered(self._git, self._source, self._facts, memory, self._recalled, result)
            if past:
                whole, settings = self._state
                self._next = past._replace(state=whole, settings=settings, reader=self._reader)
        return result

    def before(self, result: BatchResult, choice: str) -> Before:
        """Return what of the story is still true: nothing when more is missing now, or less, or anything is damaged."""
        gone = {skip.origin.oid for skip in result.skips if isinstance(skip.origin, BlobOrigin) and is_plain(skip)}
        is_sound = all(map(will_be_said_again, result.skips))
        is_whole = is_sound and gone == set(self.past.missing) and not (self.past.is_shallow or self._place.is_shallow)
        story = self.past.story if self.is_unchanged or is_whole else Story()
        return Before(story, self.is_unchanged, choice)

    def remember(self, story: Story | None) -> None:
        """Write down what is new. Without a `story`, as it was not told to its end, that of the same state stays."""
        if self._folder is None:
            return
        if story is None:
            story = self._next.story
        elif story != self.past.story and self._look()[0] != self._state:
            story = Story()  # somebody has changed the repository meanwhile
        past = self._next._replace(story=story) if self._next.state else NOTHING
        if not self._is_new and past == self.past:
            return
        if cache.store(self._folder, self._key, encode(past) + self._rows):
            tidy.tidy(self._folder)
        else:
            self._remark(f"nothing is remembered of this run: {printable(self._folder)} cannot be written to")

    def _look(self) -> tuple[State, Facts]:
        folders = Folders(self._place.objects)
        facts = gather(folders)
        return state(self._place, folders, facts), facts


def with_known(result: BatchResult, known: Known) -> BatchResult:
    """Return the result as if what is known had been read, too."""
    drops = dict(result.drops)
    for reason, count in known.drops:
        drops[reason] = drops.get(reason, 0) + count
    return result._replace(
        drops=tuple(sorted(drops.items())),
        scope=result.scope + known.scope,
        read=result.read + known.scope,
        bytes=result.bytes + known.bytes,
        known=known.scope,
        quiet=Quiet(),
    )
