"""What the generic rules and their judge cost: the scan of ordinary code with and without them, and of hostile lines.

python -m benchmarks.generic [FOLDER...]      (default: the standard library)

Times are of the processor, one core, the best of several rounds in turn, each of which begins with nothing remembered
of values or lines. The rules without the generic ones have a
prefilter of their own, as if the generic ones had never been written.
"""

from __future__ import annotations

import gc
import random
import string
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.measure import forget, machine, scan_seconds
from benchmarks.prefilter import read
from scanner.decode.text import Text
from scanner.engine.compiled import prepare
from scanner.engine.hyper import HyperscanPrefilter, compile_rules
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from scanner.refine import judge
from scanner.refine.generic.judge import explain
from scanner.ruleset.built import Rule
from scanner.ruleset.resources import builtin_files

ROUNDS: Final = 5
SIZES: Final = (1, 2, 4, 8)  # MB of a hostile line
_NOW: Final = 1.8e9


def main() -> None:
    blobs = read(sys.argv[1:] or [sysconfig.get_path("stdlib")])
    rules = prepare(builtin_files(), None).rules
    others = tuple(rule for rule in rules if "generic" not in rule.tags)
    both = {"all rules": _scanner(rules), "without the generic ones": _scanner(others)}
    print(f"{len(rules)} rules, {len(rules) - len(others)} of them generic; {machine()}")
    ordinary(blobs, both)
    candidates(blobs, rules)
    print("\nhostile lines: seconds for each MB; the same for all sizes when the time is linear")
    print(f"  {'':24}" + "".join(f"{size:>7} MB" for size in SIZES))
    for name, unit in _hostile():
        times = [scan_seconds(both["all rules"], [_blob(unit * (size * 1_000_000 // len(unit)))]) for size in SIZES]
        print(f"  {name:24}" + "".join(f"{seconds / size:10.2f}" for seconds, size in zip(times, SIZES, strict=True)))


def ordinary(blobs: Sequence[Blob], scanners: dict[str, Scanner]) -> None:
    size = sum(len(blob.data) for blob in blobs) / 1e6
    gc.freeze()  # a scan never holds so many blobs at a time as these, through which the collector would go
    best = dict.fromkeys(scanners, float("inf"))
    warm = _blob(b"\n".join(unit for _, unit in _hostile()))  # so that the rules' patterns are compiled
    for _ in range(ROUNDS):
        for name, scanner in scanners.items():
            fresh = Scanner(scanner.rules, scanner.prefilter, _NOW)
            fresh.scan_blob(warm)
            forget()
            best[name] = min(best[name], scan_seconds(fresh, blobs))
    print(f"\nordinary code: {len(blobs):,} files, {size:,.0f} MB")
    for name, seconds in best.items():
        print(f"  {name:28} {seconds:6.2f} s {size / seconds:6.0f} MB/s")
    slow, quick = best.values()
    print(f"  the generic rules and the judge add {slow / quick - 1:.0%}")


def candidates(blobs: Sequence[Blob], rules: Sequence[Rule]) -> None:
    """Print how many candidates there are, and what one costs: as a scan judges it, from placeholders on, and with all
    of its reasons, as `why` has it. What is remembered of values is warm here; a first scan needs up to twice as long.
    """
    wanted = frozenset(rule.id for rule in rules if "generic" in rule.tags)
    scanner = Scanner(tuple(rules), _prefilter(rules), _NOW, wanted)
    found = [subject for blob in blobs for subject in scanner.subjects(Text(blob.data), blob.origin)]
    began = time.process_time()
    for subject in found:
        judge(subject)
    judged = time.process_time()
    for subject in found:
        explain(subject)
    explained = time.process_time()
    each, why = ((end - start) / max(1, len(found)) * 1e6 for start, end in ((began, judged), (judged, explained)))
    per_mb = len(found) / (sum(len(blob.data) for blob in blobs) / 1e6)
    print(f"  {len(found):,} candidates, {per_mb:.0f} in a MB; to judge one takes {each:.0f} microseconds")
    print(f"  with its reasons: {why:.0f} microseconds")


def _hostile() -> Iterator[tuple[str, bytes]]:
    value = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=16)).encode()
    yield "password=password=", b"password="
    yield "password = 'VALUE' ...", b"password = '" + value + b"' "
    yield "password: VALUE lines", b"password: " + value + b"\n"
    yield "token:token:", b"token:"
    yield 'password="""""', b'password="'
    yield "key key key", b"secret key "
    yield "a=b&token=VALUE&", b"a=b&token=" + value + b"&"
    yield "<password><password>", b"<password>"


def _scanner(rules: Sequence[Rule]) -> Scanner:
    return Scanner(tuple(rules), _prefilter(rules), _NOW)


def _prefilter(rules: Sequence[Rule]) -> HyperscanPrefilter:
    return HyperscanPrefilter(compile_rules(tuple(rules)))


def _blob(data: bytes) -> Blob:
    return Blob(FileOrigin(b"hostile.txt"), data)


if __name__ == "__main__":
    main()
