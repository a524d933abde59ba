"""The memory of `redhanded history`: from the cache folder before a run, back into it after.

Whatever goes wrong with it costs time and nothing else: the run then reads everything, or the next one does.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from scanner.engine.batch import BatchResult, Quiet
from scanner.engine.compiled import CompiledRules
from scanner.engine.judge import judge_name
from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.facts import gather, state
from scanner.git.store import Store
from scanner.redact import printable
from scanner.ruleset import cache, tidy
from scanner.sources.history import MAX_BYTES, History
from scanner.sources.memory import Memory, decode, encode, nothing
from scanner.sources.recall import Recalled, learned, recall


class Recollection:
    """One run's dealings with the memory. `remark` tells what those who asked for it want to know.

    `folder` is the cache, None for none; without one, or with ids that are not SHA-1, everything is read.
    `gate`: see Scanner.
    """

    def __init__(
        self,
        git: Git,
        store: Store,
        folder: str | None,
        remark: Callable[[str], None],
        gate: float | None = None,
    ) -> None:
        self._git = git
        self._store = store
        self._folder = folder if store.folders else None
        self._remark = remark
        self._gate = gate
        self._key = ""
        self._state = b""
        self._memory = nothing()
        self._recalled: Recalled | None = None

    def source(self, whole: History, compiled: CompiledRules, wanted: frozenset[str]) -> History:
        """Return what is left to read of the whole for these rules."""
        if self._folder is None or self._store.folders is None:
            self._remark("nothing is remembered of this run: there is no cache folder, or its ids are not SHA-1")
            return whole
        place = os.path.realpath(self._store.folders.paths[0]).encode("utf-8", "surrogateescape")
        judge = judge_name(compiled, wanted, MAX_BYTES, self._gate)
        self._key = cache.digest(place, judge.encode()) + tidy.VERDICTS
        stored = cache.load(self._folder, self._key)
        self._memory = (decode(stored) if stored else None) or nothing()
        facts = gather(self._store)
        self._state = self._state_now()
        self._recalled = recall(self._store, self._memory, facts)
        is_whole = bool(self._state) and self._state == self._memory.state
        return whole.less(self._recalled.store, self._recalled.types, is_whole)

    def completed(self, result: BatchResult) -> BatchResult:
        """Return the result with what was known before; remember what is new in it."""
        if self._recalled is None or self._folder is None:
            return result
        # Only git that missed nothing, in a repository that nobody has changed meanwhile, need not be asked again.
        same = not any(skip.incomplete for skip in result.skips) and self._state_now() == self._state
        memory = learned(self._memory, self._recalled, result.quiet, self._state if same else b"")
        if memory is not None:
            self._keep(self._folder, memory)
        return with_known(result, self._recalled.known)

    def _keep(self, folder: str, memory: Memory) -> None:
        if cache.store(folder, self._key, encode(memory)):
            tidy.tidy(folder)
        else:
            self._remark(f"nothing is remembered of this run: {printable(folder)} cannot be written to")

    def _state_now(self) -> bytes:
        try:
            return state(self._git, self._store, gather(self._store))
        except GitError:
            return b""


def with_known(result: BatchResult, known: BatchResult) -> BatchResult:
    drops = dict(result.drops)
    for reason, count in known.drops:
        drops[reason] = drops.get(reason, 0) + count
    return result._replace(
        drops=tuple(sorted(drops.items())),
        scope=result.scope + known.scope,
        read=result.read + known.read,
        bytes=result.bytes + known.bytes,
        known=known.known,
        quiet=Quiet(),
    )
