"""A usual scan pays nothing for the importer."""

from __future__ import annotations

from pathlib import Path


def test_a_usual_scan_loads_nothing_of_it(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys\nfrom scanner.cli.main import main\nassert main(['scan', '.']) == 0\n"
        "print([name for name in sys.modules if name.startswith('scanner.convert') or name in ('tomllib', 'tomli')])"
    )
    (tmp_path / "a.txt").write_text("nothing\n")
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done
