"""How long a commit hook takes on one staged file of 200 lines, as a multiple of a bare interpreter.

    python -m benchmarks.hook [RUNS]

Compares with `kingfisher` and `detect-secrets-hook` when they are installed.
"""

from __future__ import annotations

import argparse as sample
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Run, machine, median, once, program, redhanded


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder) / "repo"
        make_repository(repository)
        environ = {**os.environ, "XDG_CACHE_HOME": str(Path(folder) / "cache")}
        commands = contenders()
        cold = [
            once([redhanded(), "staged"], repository, {**environ, "XDG_CACHE_HOME": f"{folder}/{n}"}) for n in range(3)
        ]
        for command in commands.values():  # each warms its cache
            once(command, repository, environ)
        results: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                results[name].append(once(command, repository, environ))
    bare = median(results["python -c pass"])
    print(f"one staged file of 200 lines; median of {runs} runs in turn; {machine()}")
    for name, found in results.items():
        print(
            f"  {name:32} {median(found).wall * 1000:8.1f} ms   {median(found).wall / bare.wall:6.2f} x python -c pass"
        )
    print(f"  {'redhanded staged, empty cache':32} {median(cold).wall * 1000:8.1f} ms")


def make_repository(path: Path) -> None:
    lines = Path(sample.__file__).read_text().splitlines(keepends=True)[:200]
    path.mkdir()
    subprocess.run(["git", "init", "-q", str(path)], check=True)
    (path / "sample.py").write_text("".join(lines))
    subprocess.run(["git", "add", "sample.py"], cwd=path, check=True)


def contenders() -> dict[str, list[str]]:
    commands = {"python -c pass": [sys.executable, "-c", "pass"], "redhanded staged": [redhanded(), "staged"]}
    if kingfisher := program("kingfisher"):
        commands["kingfisher scan --staged"] = [
            kingfisher,
            "scan",
            "--staged",
            "--no-validate",
            "--no-update-check",
            ".",
        ]
    if detect_secrets := program("detect-secrets-hook"):
        commands["detect-secrets-hook"] = [detect_secrets, "sample.py"]
    return commands


if __name__ == "__main__":
    main()
