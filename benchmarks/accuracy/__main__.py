"""How often the scanner is right on labelled candidates: precision, recall and F1, and where it errs.

    python -m benchmarks.accuracy LABELS.jsonl.gz [--weights-by-fold DIR] [--min-confidence X] [--worst N]
    python -m benchmarks.accuracy LABELS.csv --folder FOLDER

LABELS holds snippets with their labels, one JSON object a line; with --folder, one row a label (path, line, label and,
if known, end_line, start, end, category, repo), of whole files in FOLDER. Lines are counted as `score.py` says.
Categories that are no credentials by themselves (UUID, Nonce, Salt, bucket and domain names) are neutral.

With --weights-by-fold each repository is judged by the weights of DIR (`weights.py`) that were trained without it.
Without, the figures are those of the built-in weights, which may have seen the repositories.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.accuracy.labels import read, read_folder
from benchmarks.accuracy.tables import (
    GATES,
    Scanned,
    by_category,
    by_gate,
    by_kind,
    by_place,
    overall,
    reliability,
    weightiest,
)
from benchmarks.accuracy.weights import chooser
from benchmarks.accuracy.worst import false_alarms, misses
from benchmarks.measure import machine


def main() -> None:
    options = _options()
    snippets = read_folder(options.labels, options.folder) if options.folder else read(options.labels)
    choose = chooser(options.weights_by_fold)
    began = time.perf_counter()
    scanned = [Scanned(snippet, choose(snippet).hits(snippet, options.min_confidence)) for snippet in snippets]
    seconds = time.perf_counter() - began
    repos, labels = len({one.repo for one in snippets}), sum(len(one.labels) for one in snippets)
    print(f"{len(snippets):,} snippets of {repos} repositories, {labels:,} labels; {seconds:.1f} s; {machine()}")
    _show("Overall", overall(scanned))
    _show("By category", by_category(scanned))
    _show("By file type", by_kind(scanned))
    _show("By place", by_place(scanned))
    runs = {gate: [Scanned(one, choose(one).hits(one, gate)) for one in snippets] for gate in GATES}
    _show("Other gates", by_gate(runs))
    _show("Reliability of what generic rules found, with no gate", reliability(runs[0.0], judged=True))
    _show("Reliability of all findings", reliability(runs[0.0], judged=False))
    _show("What moves the judge most", weightiest(found for one in snippets for found in choose(one).weighed(one)))
    fates, shown = misses(scanned, options.worst, choose)
    _show("What became of the misses", (f"{fate:50} {count:6,}" for fate, count in fates.most_common()))
    if options.worst:
        _show("Misses", shown)
        _show("False alarms, the most confident first", false_alarms(scanned, options.worst, choose))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", metavar="LABELS", type=Path)
    parser.add_argument("--folder", metavar="FOLDER", type=Path, help="whole files, of which LABELS speaks")
    parser.add_argument("--weights-by-fold", metavar="DIR", type=Path, help="judge each repository by unseen weights")
    parser.add_argument("--min-confidence", metavar="X", type=float, help="the gate, instead of the usual one")
    parser.add_argument("--worst", metavar="N", type=int, default=0, help="show so many misses and false alarms")
    return parser.parse_args()


def _show(title: str, lines: Iterable[str]) -> None:
    print(f"\n{title}")
    for line in lines:
        print(f"  {line}")


if __name__ == "__main__":
    main()
