"""What the tests of `redhanded doctor` share: its report, hooks to be installed, and a picture of a folder."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tests.support import Repo, redhanded

CALL: Final = f'"{sys.executable}" -m scanner staged'
PLAIN: Final = f"#!/bin/sh\nexec {CALL}\n"
_TOKEN: Final = re.compile(r"ghp_\w{36}")


class Examined(NamedTuple):
    """The exit code, and by the name of each check its verdict and its message with the help."""

    code: int
    verdicts: dict[str, str]
    words: dict[str, str]


def doctor(where: Repo | Path, *arguments: str, env: Mapping[str, str] | None = None) -> Examined:
    """Run it for its JSON. Whatever is broken, it says so in order, and no secret."""
    folder = where.path if isinstance(where, Repo) else where
    result = redhanded("doctor", "--format", "json", *arguments, cwd=folder, env=env, timeout=300)
    assert "Traceback" not in result.err and "internal error" not in result.err, result.err
    assert not _TOKEN.search(result.out + result.err)
    report = json.loads(result.out)
    checks = report["checks"]
    assert report["schema"] == "redhanded-doctor/1"
    broken = [check for check in checks if check["verdict"] == "broken"]
    assert all(check["help"] for check in broken)
    assert (result.code, report["ok"]) == ((1, False) if broken else (0, True))
    verdicts = {check["name"]: check["verdict"] for check in checks}
    return Examined(result.code, verdicts, {c["name"]: f"{c['message']}\n{c['help']}" for c in checks})


def install(repo: Repo, text: str = PLAIN, name: str = ".git/hooks/pre-commit", mode: int = 0o755) -> Path:
    repo.write(name, text)
    path = repo.path / name
    path.chmod(mode)
    return path


def picture(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return every file below the folder with its mode, the time when it was written, and its content.

    Git renews the time of an object's file when somebody is about to write the same object, in an alternate, too.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path.relative_to(folder))] = (
            status.st_mode,
            0 if ".git/objects/" in str(path) else status.st_mtime_ns,
            content,
        )
    return found
