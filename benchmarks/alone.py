"""What the generic rules and their judge cost a whole `redhanded scan`: beside the same program without them.

    python -m benchmarks.alone [RUNS] FOLDER...

Elapsed and processor time of the commands, in turn, on all processors, with a cache; reading files, starting and
reporting are part of them. `benchmarks.generic` measures the scan alone, on one core.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.measure import Run, machine, once

_ROOT: Final = Path(__file__).resolve().parent.parent
_RULE: Final = re.compile(r"(?m)^(?=  - id: )")
_GENERIC: Final = re.compile(r"(?m)^    tags: \[[^\]]*\bgeneric\b")


def main() -> None:
    runs, folders = (int(sys.argv[1]), sys.argv[2:]) if sys.argv[1:2] and sys.argv[1].isdigit() else (7, sys.argv[1:])
    if not folders:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as scratch:
        left_out = without_generic(Path(scratch, "alone"))
        programs = {"all rules": _ROOT, f"without the {left_out} generic ones": Path(scratch, "alone")}
        print(f"redhanded scan; {runs} runs in turn; {machine()}")
        for folder in folders:
            print(folder)
            slow, quick = (report(name, found) for name, found in timed(programs, folder, scratch, runs).items())
            elapsed, processor = (with_them / alone - 1 for with_them, alone in zip(slow, quick, strict=True))
            print(f"  the generic rules and the judge add {elapsed:.0%} of elapsed, {processor:.0%} of processor time")


def without_generic(target: Path) -> int:
    """Make a copy of this program whose rule files lack the generic rules, and return how many those are."""
    (target / "rules").mkdir(parents=True)
    for name in ("scanner", "pyproject.toml"):
        (target / name).symlink_to(_ROOT / name)
    left_out = 0
    for file in (_ROOT / "rules").glob("*.yaml"):
        head, *rules = _RULE.split(file.read_text("utf-8"))
        kept = [rule for rule in rules if not _GENERIC.search(rule)]
        left_out += len(rules) - len(kept)
        if kept:
            (target / "rules" / file.name).write_text(head + "".join(kept), "utf-8")
    return left_out


def timed(programs: dict[str, Path], folder: str, scratch: str, runs: int) -> dict[str, list[Run]]:
    found: dict[str, list[Run]] = {name: [] for name in programs}
    for turn in range(runs + 2):
        for name, root in programs.items():
            environ = {**os.environ, "PYTHONPATH": str(root), "XDG_CACHE_HOME": f"{scratch}/cache"}
            run = once([sys.executable, "-m", "scanner", "scan", os.path.abspath(folder)], scratch, environ)
            if run.code not in (0, 1, 3):
                raise SystemExit(f"the scan of {folder} ended with {run.code}")
            if turn > 1:  # the first two fill the caches
                found[name].append(run)
    return found


def report(name: str, runs: list[Run]) -> tuple[float, float]:
    """Print the least and the middle of the runs; return the middle: seconds elapsed, and of the processors."""
    wall, cpu = [run.wall for run in runs], [run.cpu for run in runs]
    times = f"{min(wall):6.2f} / {median(wall):.2f} s elapsed, {min(cpu):6.2f} / {median(cpu):.2f} s of processors"
    print(f"  {name:28} {times}")
    return median(wall), median(cpu)


if __name__ == "__main__":
    main()
