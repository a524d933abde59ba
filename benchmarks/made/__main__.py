"""How often the scanner is right on a set of our own making: 2,000 realistic secrets and as many values that are none.

    python -m benchmarks.made [--min-confidence X] [--worst N] [--seed N] [--write PART FILE]

The train part is there to learn from. The unseen part has other words and names, other keys and other forms of files:
it says how the scanner does on what nobody tuned it for, so nobody should look into it when tuning. Its errors are
therefore not shown; --worst shows those of the train part.

A finding counts for the value whose characters it has, not for its line.

--write puts a part into FILE, in the format that `python -m benchmarks.accuracy` and the training script read.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.accuracy.labels import Label, Snippet
from benchmarks.accuracy.run import Probe
from benchmarks.accuracy.tables import GATES, Scanned, by_category, by_gate, by_kind, overall, reliability
from benchmarks.accuracy.worst import false_alarms, misses
from benchmarks.made.generate import SEED, SIZE, generate
from benchmarks.made.lists import PARTS
from benchmarks.measure import machine


def main() -> None:
    options = _options()
    if options.write:
        part, file = options.write
        write(generate(part, options.size, options.seed), Path(file))
        return
    print(machine())
    probe = Probe()
    for part in PARTS:
        snippets = generate(part, options.size, options.seed)
        scanned = _scanned(probe, snippets, options.min_confidence)
        _figures(part, scanned)
        runs = {gate: _scanned(probe, snippets, gate) for gate in GATES}
        _show("Other gates", by_gate(runs))
        _show("Reliability, with no gate", reliability(runs[0.0], judged=True))
        if part == "train" and options.worst:
            fates, shown = misses(scanned, options.worst, lambda _: probe)
            _show("What became of the misses", (f"{fate:50} {count:6,}" for fate, count in fates.most_common()))
            _show("Misses", shown)
            _show("False alarms", false_alarms(scanned, options.worst, lambda _: probe))


def write(snippets: Iterable[Snippet], file: Path) -> None:
    """Write snippets in the format of the labels."""
    with file.open("w", encoding="utf-8") as out:
        for one in snippets:
            row = {**one._asdict(), "labels": [_row(label) for label in one.labels]}
            out.write(json.dumps(row) + "\n")


def _row(label: Label) -> dict[str, object]:
    fields = label._asdict()
    verdict, categories = fields.pop("verdict"), fields.pop("categories")
    return {**fields, "label": verdict, "category": ":".join(categories)}


def _scanned(probe: Probe, snippets: Iterable[Snippet], gate: float | None) -> list[Scanned]:
    return [Scanned(snippet, probe.hits(snippet, gate), exact=True) for snippet in snippets]


def _figures(part: str, scanned: Sequence[Scanned]) -> None:
    labels = [label.verdict for one in scanned for label in one.snippet.labels]
    print(f"\n{part}: {len(scanned):,} snippets, {labels.count('T'):,} secrets, {labels.count('F'):,} others")
    _show("Overall", overall(scanned))
    _show("By kind of value", by_category(scanned))
    _show("By file type", by_kind(scanned))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--min-confidence", metavar="X", type=float, help="the gate, instead of the usual one")
    parser.add_argument("--worst", metavar="N", type=int, default=0, help="show so many errors of the train part")
    parser.add_argument("--seed", metavar="N", type=int, default=SEED)
    parser.add_argument("--size", metavar="N", type=int, default=SIZE, help="secrets, and others, in a part")
    parser.add_argument("--write", metavar=("PART", "FILE"), nargs=2, help="write a part: train or unseen")
    options = parser.parse_args()
    if options.write and options.write[0] not in PARTS:
        parser.error(f"--write: the parts are {' and '.join(PARTS)}")
    return options


def _show(title: str, lines: Iterable[str]) -> None:
    print(f"\n{title}")
    for line in lines:
        print(f"  {line}")


if __name__ == "__main__":
    main()
