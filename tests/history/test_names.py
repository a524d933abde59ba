"""Paths are bytes: any of them is told truly, and none of them steers a terminal."""

from __future__ import annotations

import json
import os

import pytest

from tests.history.support import LINE, history, line
from tests.support import Repo

NAMES = {
    "newline": b"two\nlines.py",
    "newline first": b"\nkey.py",
    "quotes": b'it\'s "quoted".py',
    "spaces": b"  two spaces .py",
    "tab": b"a\tb.py",
    "invalid UTF-8": b"caf\xe9.py",
    "escape sequence": b"\x1b[31mred\x1b[0m.py",
    "carriage return": b"good.py\rbad.py",
    "right-to-left override": "gpj.\u202eyp".encode(),
    "colon": b":000000 100644 0 1 A",
    "hex": b"0123456789012345678901234567890123456789",
    "dashes": b"--all",
    "backslash": b"a\\b.py",
    "glob": b"*.py",
    "commit mark": b"\x02abc",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_an_odd_path_is_told_truly_and_shown_escaped(name: bytes, repo: Repo) -> None:
    repo.write(b"folder\n/" + name, LINE)
    repo.git("add", "-A")
    made = repo.commit()
    (place,) = (finding["location"] for finding in history(repo).findings)
    assert os.fsencode(place["path"]) == b"folder\n/" + name
    assert place["commit"] == made
    shown = repo.run("history")
    assert shown.code == 1
    assert all(character.isprintable() for character in shown.out.replace("\n", ""))
    first = shown.out.splitlines()[0]
    assert first.startswith("folder\\n/")
    assert ":1:8  " in first


def test_many_odd_paths_at_once(repo: Repo) -> None:
    for number, name in enumerate(NAMES.values()):
        repo.write(name, line(number))
    repo.git("add", "-A")
    repo.commit()
    result = repo.run("history", "--format", "json")
    found = json.loads(result.out)["findings"]
    assert sorted(os.fsencode(f["location"]["path"]) for f in found) == sorted(NAMES.values())


def test_an_author_cannot_steer_the_terminal(repo: Repo) -> None:
    repo.git("config", "user.name", "Eve\x1b[2J\x07!")
    repo.git("config", "user.email", "eve\u202e@example.com")
    repo.add("app.py", LINE)
    repo.commit()
    shown = repo.run("history")
    assert all(character.isprintable() for character in shown.out.replace("\n", ""))
    assert "Eve\\x1b[2J\\x07! <eve\\u202e@example.com>" in shown.out
