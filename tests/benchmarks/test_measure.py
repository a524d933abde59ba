"""What measuring rests on."""

from __future__ import annotations

import gc
from functools import lru_cache

from benchmarks.measure import forget


def test_what_is_frozen_is_forgotten_too() -> None:
    known = lru_cache(maxsize=4)(str.upper)
    known("a")
    gc.freeze()
    try:
        forget()
        assert known.cache_info().currsize == 0
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
