"""What it costs to see through disguises: the scan of ordinary code with all decoding, and the same rules without it.

    python -m benchmarks.disguises [FOLDER...] [--rounds N]      (default: the standard library; five rounds)

Processor time of one process, the two by turns, so that a busy machine wrongs both alike. Prints the ratio of the
medians. Archives are unpacked by neither, for without decoding they would not be comparable.
"""

from __future__ import annotations

import argparse
import sysconfig
import time
from statistics import median

from benchmarks.measure import machine, scan_seconds
from benchmarks.prefilter import read
from scanner.decode.magic import kind_of
from scanner.engine.compiled import prepare
from scanner.engine.hyper import HyperscanPrefilter, compile_rules
from scanner.engine.scan import Scanner
from scanner.ruleset.resources import builtin_files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", metavar="FOLDER", nargs="*", default=[sysconfig.get_path("stdlib")])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    blobs = [blob for blob in read(options.folders) if not kind_of(blob.data)]
    size = sum(len(blob.data) for blob in blobs)
    rules = prepare(builtin_files(), None, portable=True).rules
    now = time.time()
    scanners = {
        "without": Scanner(rules, HyperscanPrefilter(compile_rules(rules, decoding=False)), now, decoding=False),
        "with": Scanner(rules, HyperscanPrefilter(compile_rules(rules)), now),
    }
    print(f"{len(blobs):,} files, {size / 1e6:,.0f} MB, {len(rules)} rules; {machine()}")
    spent: dict[str, list[float]] = {name: [] for name in scanners}
    for _ in range(options.rounds):
        for name, scanner in scanners.items():
            spent[name].append(scan_seconds(scanner, blobs))
    for name, seconds in spent.items():
        print(f"  {name:8} {median(seconds):7.2f} s of processor time ({', '.join(f'{one:.2f}' for one in seconds)})")
    print(f"  ratio    {median(spent['with']) / median(spent['without']):7.3f}")


if __name__ == "__main__":
    main()
