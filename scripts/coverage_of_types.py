"""Which credential types of a catalogue have a rule: by id, by `covers`, or a reason in docs/rules-not-covered.md.

python -m scripts.coverage_of_types CATALOGUE.csv      (columns `id` and `basis`)
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from pathlib import Path

from scanner.ruleset.load import specs
from scanner.ruleset.resources import builtin_files

REASONS = Path(__file__).parent.parent / "docs" / "rules-not-covered.md"


def main() -> int:
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = specs(builtin_files())
    covered = {row for spec in found for row in (spec.id, *spec.covers)}
    reasons = set(re.findall(r"^\| `([^`]+)`", REASONS.read_text(encoding="utf-8"), re.MULTILINE))
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        state = "a rule" if row["id"] in covered else "a reason" if row["id"] in reasons else "open"
        counts[row["basis"], state] += 1
    for (basis, state), count in sorted(counts.items()):
        print(f"{basis:10} {state:10} {count:6,}")
    return int(any(state == "open" and basis in ("rule", "known") for basis, state in counts))


if __name__ == "__main__":
    raise SystemExit(main())
