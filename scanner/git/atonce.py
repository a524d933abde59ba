"""Several gits waited for at once, in threads: each is a process of its own, and only its answer is read here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def at_once(works: Sequence[Callable[[], Answer]], jobs: int) -> Iterator[Answer]:
    """Yield what each returns, in order; so many are under way at a time, as far as the system has threads left."""
    with ThreadPoolExecutor(jobs) as threads:
        waiting: list[Callable[[], Answer]] = []
        for work in works:
            try:
                waiting.append(threads.submit(work).result)
            except RuntimeError:
                waiting.append(work)
        for answer in waiting:
            yield answer()
