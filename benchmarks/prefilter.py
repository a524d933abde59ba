"""How fast the engine reads ordinary code on one core: prefilter alone, and the whole scan.

python -m benchmarks.prefilter [FOLDER...]      (default: the standard library)
"""

from __future__ import annotations

import os
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence

from benchmarks.measure import machine
from scanner.engine.compiled import prepare
from scanner.engine.scan import Scanner
from scanner.model import Blob, Target
from scanner.ruleset.resources import builtin_files
from scanner.sources.files import Files


def main() -> None:
    folders = sys.argv[1:] or [sysconfig.get_path("stdlib")]
    blobs = read(folders)
    size = sum(len(blob.data) for blob in blobs)
    ready = prepare(builtin_files(), None)
    portable = prepare(builtin_files(), None, portable=True)
    print(f"{len(blobs):,} files, {size / 1e6:,.0f} MB, {len(ready.rules)} rules, one core; {machine()}")
    scanner = Scanner(ready.rules, ready.prefilter, time.time())
    for name, work in (
        (f"{ready.prefilter.name} prefilter", lambda blob: ready.prefilter.candidates(blob.data)),
        (f"whole scan with {ready.prefilter.name}", scanner.scan_blob),
        (f"{portable.prefilter.name} prefilter", lambda blob: portable.prefilter.candidates(blob.data)),
    ):
        print(f"  {name:28} {size / 1e6 / best_of(3, blobs, work):8,.0f} MB/s")


def read(folders: Sequence[str]) -> list[Blob]:
    source = Files(tuple(os.fsencode(folder) for folder in folders))
    targets = [target for target in source.targets() if isinstance(target, Target)]
    return [blob for blob in source.reader().read(targets) if isinstance(blob, Blob)]


def best_of(rounds: int, blobs: Sequence[Blob], work: Callable[[Blob], object]) -> float:
    """Return the seconds of the quickest pass over the blobs."""
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        for blob in blobs:
            work(blob)
        best = min(best, time.perf_counter() - began)
    return best


if __name__ == "__main__":
    main()
