"""File names may hold any byte but NUL; what is shown of them is safe to show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.staged.support import LINE, SECRET, staged
from tests.support import Repo

NAMES = {
    "space": (b"a b.py", "a b.py:1:8"),
    "line feed": (b"a\nb.py", "a\\nb.py:1:8"),
    "tab": (b"a\tb.py", "a\\tb.py:1:8"),
    "carriage return": (b"a\rb.py", "a\\rb.py:1:8"),
    "quotes": (b"a\"b'c.py", "a\"b'c.py:1:8"),
    "backslash": (b"a\\b.py", "a\\b.py:1:8"),
    "not UTF-8": (b"caf\xe9.py", "caf\\xe9.py:1:8"),
    "UTF-8": ("caf\u00e9/\u6587.py".encode(), "caf\u00e9/\u6587.py:1:8"),
    "escape sequence": (b"\x1b[2J\x1b]0;x\x07.py", "\\x1b[2J\\x1b]0;x\\x07.py:1:8"),
    "right-to-left override": ("a\u202eyp.x".encode(), "a\\u202eyp.x:1:8"),
    "leading dash": (b"--output=x", "--output=x:1:8"),
    "leading colon": (b":(top)x", ":(top)x:1:8"),
    "glob": (b"[a]*?.py", "[a]*?.py:1:8"),
    "only spaces": (b"  ", "  :1:8"),
    "like a raw record": (b":100644 100644 0 0 M", ":100644 100644 0 0 M:1:8"),
    "long": (b"n" * 200, "n" * 200 + ":1:8"),
}


@pytest.mark.parametrize(("name", "shown"), NAMES.values(), ids=NAMES)
def test_a_finding_names_its_file_in_a_form_that_is_safe_to_show(repo: Repo, name: bytes, shown: str) -> None:
    repo.write(name, LINE)
    repo.git("add", "-A")
    ((path, line),) = staged(repo).places
    assert (os.fsencode(path), line) == (name, 1)
    result = repo.run("staged")
    assert any(text.startswith(shown) for text in result.out.splitlines()), result.out
    assert result.out.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", [b"a\nb.py", b"a\"b'\\c.py", b"caf\xe9.py", b":100644 100644 0 0 M", b"--x"])
def test_a_renamed_and_edited_file_of_any_name_counts_where_it_was_edited(repo: Repo, name: bytes) -> None:
    lines = "".join(f"number {n}\n" for n in range(40))
    repo.write(b"old-" + name, LINE + lines)
    repo.git("add", "-A")
    repo.commit()
    os.makedirs(os.path.dirname(os.fsencode(repo.path) + b"/" + name), exist_ok=True)
    repo.git("mv", "--", os.fsdecode(b"old-" + name), os.fsdecode(name))
    assert staged(repo).code == 0
    repo.write(name, LINE + lines + LINE)
    repo.git("add", "-A")
    ((path, line),) = staged(repo).places
    assert (os.fsencode(path), line) == (name, 42)


def test_a_skip_names_its_file_in_a_form_that_is_safe_to_show(repo: Repo) -> None:
    repo.git("update-index", "-z", "--index-info", stdin=f"100644 {'12' * 20}\t\x1b[31m\nx\0".encode())
    result = repo.run("staged")
    assert result.code == 3
    assert "\\x1b[31m\\nx: " in result.out
    assert result.out.replace("\n", "").isprintable()


def test_a_secret_in_a_file_name_is_masked_with_the_finding(repo: Repo) -> None:
    repo.add(f"{SECRET}.txt", LINE)
    result = repo.run("staged")
    assert result.code == 1
    assert SECRET not in result.out + result.err


def test_a_repository_may_stand_in_a_folder_of_any_name(tmp_path: Path) -> None:
    repo = Repo(tmp_path / os.fsdecode(b"my\n \xe9 'repo'\n"))
    repo.write(".redhanded.yaml", "exclude: [vendor/]\n")
    repo.add("vendor/app.py", LINE)
    assert staged(repo).skipped == {"vendor/app.py": "excluded"}
    repo.add("app.py", LINE)
    assert staged(repo).places == [("app.py", 1)]
