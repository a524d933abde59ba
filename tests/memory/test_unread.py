"""Of an unchanged repository hardly anything is loaded or opened: that is why it takes less than a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.memory.support import KEY, RULES, Auditor, comparable
from tests.support import ROOT

# Runs a command line, and tells last on stderr what was loaded and which packs were opened.
_WATCHED: Final = """
import json, sys
opened = []
def hear(event, arguments):
    if event == "open" and isinstance(arguments[0], str | bytes):
        path = arguments[0] if isinstance(arguments[0], str) else arguments[0].decode("utf-8", "replace")
        if path.endswith((".pack", ".idx")):
            opened.append(path.rpartition(".")[2])
sys.addaudithook(hear)
from scanner.cli.main import main
code = main(sys.argv[1:])
loaded = [name for name in ("numpy", "scanner.git.store", "multiprocessing") if name in sys.modules]
sys.stderr.write("\\n" + json.dumps([loaded, sorted(set(opened))]))
sys.exit(code)
"""


def _watched(audit: Auditor) -> tuple[dict[str, Any], list[str], list[str]]:
    """Audit in a process of its own; return the report, what was loaded, and the kinds of files opened."""
    rules = audit.folder / "rules.yaml"
    rules.write_text(RULES)
    chosen = ("--no-builtin-rules", "--rules", str(rules), "--format", "json")
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, "history", *chosen],
        cwd=audit.repo.path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(audit.cache)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1)
    loaded, opened = json.loads(done.stderr.splitlines()[-1])
    return json.loads(done.stdout), loaded, opened


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_no_pack_is_opened_and_numpy_is_not_loaded(audit: Auditor, packed: bool) -> None:
    if packed:
        audit.repo.git("repack", "-q", "-a", "-d")
    first, loaded, opened = _watched(audit)
    assert "numpy" in loaded and "scanner.git.store" in loaded
    assert opened == (["idx", "pack"] if packed else [])
    second, loaded, opened = _watched(audit)
    assert (loaded, opened) == ([], ["idx"] if packed else [])  # what is to be read is noted by its number in the index
    assert comparable(second) == comparable(first)
    assert [found["location"]["path"] for found in second["findings"]] == ["key.py"]


def test_it_stays_so_when_the_only_finding_is_in_a_message(audit: Auditor, tmp_path: Path) -> None:
    audit.repo.git("rm", "-q", "key.py")
    audit.repo.commit(f"remove {KEY}")
    _watched(audit)
    assert _watched(audit)[1:] == ([], [])
