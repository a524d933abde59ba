"""The full history of real repositories, beside `kingfisher` in the same run when it is installed.

    python -m benchmarks.audit REPO... [--runs N]

Give clones with their whole history. Prints wall and CPU seconds, MB of content a second, and peak memory.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks.measure import Run, machine, median, once, program, redhanded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", nargs="+", metavar="REPO")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"full history; median of {options.runs} runs in turn; {machine()}")
    for repository in options.repositories:
        compare(repository, options.runs)


def compare(repository: str, runs: int) -> None:
    commands = {"redhanded history": [redhanded(), "history", repository]}
    if kingfisher := program("kingfisher"):
        base = [kingfisher, "scan", "--no-validate", "--no-update-check"]
        commands["kingfisher scan"] = [*base, repository]
        commands["kingfisher scan --turbo"] = [*base, "--turbo", repository]
    size = content_bytes(repository)
    for command in commands.values():
        once(command, repository, os.environ)
    results: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            results[name].append(once(command, repository, os.environ, watch=True))
    ours = median(results["redhanded history"])
    print(f"{repository}: {size / 1e6:,.0f} MB of content")
    for name, found in results.items():
        run = median(found)
        figures = (
            f"{run.wall:7.2f} s wall {run.cpu:7.2f} s CPU {size / 1e6 / run.wall:7.0f} MB/s {run.peak:6.0f} MB peak"
        )
        ratios = f"{run.wall / ours.wall:5.2f} x wall, {run.cpu / ours.cpu:5.2f} x CPU"
        print(f"  {name:24} {figures}   exit {run.code}   {ratios}")


def content_bytes(repository: str) -> int:
    """Ask redhanded's own receipt how much it read."""
    with tempfile.TemporaryDirectory() as folder:
        receipt = Path(folder) / "receipt.json"
        command = [redhanded(), "history", repository, "--receipt", str(receipt), "--output", os.devnull]
        subprocess.run(command, capture_output=True)
        return int(json.loads(receipt.read_text())["bytes"])


if __name__ == "__main__":
    main()
