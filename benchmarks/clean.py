"""How quiet it is on ordinary code: findings per 100 MB by rule, over a fixed set of published packages.

    python -m benchmarks.clean FOLDER [--list more|unseen] [--extended] [--findings FILE] [--only-fetched]

Downloads what `clean-packages.txt` lists (or another list) into FOLDER (pip and npm must work; nothing of a package is
run but what pip needs for an sdist's name and version), unpacks and scans it. FOLDER should lie outside the checkout.
With --findings, FILE gets a line for each finding: group, verdict, rule, path, line, masked value.

Of findings of provider rules, `clean-labels.txt` says what each is. One that nobody has looked at counts as false.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.measure import machine
from benchmarks.packages import LISTS, fetch, listed, unpack
from scanner.engine.compiled import prepare
from scanner.refine.generic.places import read_place
from scanner.ruleset.resources import builtin_files

GROUPS: Final = ("provider", "generic", "info")
Finding = dict[str, Any]  # as the JSON report has it
_LABELS: Final = Path(__file__).with_name("clean-labels.txt")


class Found(NamedTuple):
    """A finding. `path` begins with pypi or npm and the package's folder. `verdict` is that of clean-labels.txt, `new`
    when nobody has looked at it yet.
    """

    group: str
    verdict: str
    rule: str
    path: str
    line: int
    secret: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("--extended", action="store_true", help="use also the rules that are off by default")
    parser.add_argument("--findings", metavar="FILE", type=Path, help="list the findings there")
    parser.add_argument("--only-fetched", action="store_true", help="do without what is not downloaded yet")
    parser.add_argument(
        "--list", choices=LISTS, default=LISTS[0], help="unseen: what no training of the judge has seen"
    )
    options = parser.parse_args()
    packages = listed(options.list)
    if not options.only_fetched:
        fetch(packages, options.folder)
    trees = unpack(packages, options.folder.absolute())
    if not trees:
        raise SystemExit(f"{options.folder} holds none of these packages; without --only-fetched they are downloaded")
    print(f"{len(trees)} of {len(packages)} packages; {machine()}")
    size, found = scan(trees, options.folder.absolute() / "text", options.extended)
    show(size, found)
    if options.findings:
        options.findings.write_text("".join("\t".join(map(str, one)) + "\n" for one in found))


def scan(trees: Sequence[Path], folder: Path, extended: bool) -> tuple[int, list[Found]]:
    """Return the bytes read, and the findings in order of place."""
    with tempfile.TemporaryDirectory() as scratch:
        report, receipt = Path(scratch, "report.json"), Path(scratch, "receipt.json")
        command = [sys.executable, "-m", "scanner", "scan", *map(str, trees), "--format", "json"]
        command += ["--output", str(report), "--receipt", str(receipt), *(["--extended"] if extended else [])]
        code = subprocess.run(command, cwd=Path(__file__).parent.parent).returncode
        if code not in (0, 1, 3):
            raise SystemExit(f"the scan ended with exit code {code}")
        findings = json.loads(report.read_text())["findings"]
        size = int(json.loads(receipt.read_text())["bytes"])
    generic = frozenset(
        rule.id for rule in prepare(builtin_files(), None, portable=True).rules if "generic" in rule.tags
    )
    labels = [line.split() for line in _LABELS.read_text().splitlines() if not line.startswith("#")]
    return size, [_found(finding, generic, labels, folder) for finding in findings]


def _found(finding: Finding, generic: frozenset[str], labels: list[list[str]], folder: Path) -> Found:
    rule, place = finding["rule_id"], finding["location"]
    path = Path(os.path.abspath(place["path"])).relative_to(folder).as_posix()
    if finding["severity"] == "info":
        group = "info"
    else:
        group = "generic" if rule in generic or finding["evidence"] == "statistical" else "provider"
    fits = (verdict for verdict, wanted, glob in labels if fnmatchcase(rule, wanted) and fnmatchcase(path, glob))
    verdict = next(fits, "new") if group == "provider" else "-"
    return Found(group, verdict, rule, path, place["start"]["line"], finding["secret"])


def show(size: int, found: Sequence[Found]) -> None:
    hundreds = size / 1e8
    print(f"{size / 1e6:,.0f} MB, {len(found):,} findings")
    for group in GROUPS:
        members = [one for one in found if one.group == group]
        print(f"\n{group}: {len(members):,}, {len(members) / hundreds:.2f} per 100 MB")
        _table(Counter(one.rule for one in members), hundreds)
        if group == "generic":
            print("\n  by place")
            _table(Counter(_place(one.path) for one in members), hundreds)
    verdicts = Counter(one.verdict for one in found if one.group == "provider")
    print("\nprovider findings by verdict")
    _table(verdicts, hundreds)
    print(f"\nfalse findings of provider rules: {(verdicts['false'] + verdicts['new']) / hundreds:.2f} per 100 MB")


def _place(path: str) -> str:
    """Tests and manuals hold passwords that somebody made up, and that a repository's owner would want to see."""
    shown = {"test", "example", "vectors"}.intersection(read_place(path.encode()).marks)
    return "tests, examples, documentation" if shown or path.endswith((".md", ".rst")) else "anything else"


def _table(counts: Counter[str], hundreds: float) -> None:
    for name, count in counts.most_common():
        print(f"  {name:44} {count:6,} {count / hundreds:9.2f}")


if __name__ == "__main__":
    main()
