"""Folders full of what is no ordinary file: nothing hangs, nothing leads out of the tree, nothing goes unsaid."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.support import plant
from tests.support import Result, redhanded, token

HAS_PROC = pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")


def _scan(folder: Path, *paths: str) -> Result:
    return redhanded("scan", *(paths or (".",)), "-v", cwd=folder, timeout=30)


def _skips(result: Result) -> list[tuple[str, str, bool]]:
    return [(skip["path"], skip["reason"], skip["incomplete"]) for skip in json.loads(result.out)["skips"]]


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            made.bind(f"/proc/self/fd/{folder}/{path.name}")  # a socket's path must be short
        finally:
            os.close(folder)


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero: reading it would never end
    except PermissionError:
        pytest.skip("only root makes devices")


SPECIAL: dict[str, tuple[Callable[[Path], None], str]] = {
    "fifo": (_fifo, "is a FIFO"),
    "socket": (_socket, "is a socket"),
    "device": (_device, "is a device"),
}


@HAS_PROC
@pytest.mark.parametrize(("make", "kind"), SPECIAL.values(), ids=SPECIAL.keys())
def test_what_is_no_file_is_not_read_and_listed_when_it_is_in_a_tree(
    tmp_path: Path, make: Callable[[Path], None], kind: str
) -> None:
    make(tmp_path / "odd")
    plant(tmp_path)
    result = _scan(tmp_path)
    assert result.code == 1
    assert f"odd: not a regular file ({kind})" in result.out
    assert "INCOMPLETE" not in result.out


@HAS_PROC
@pytest.mark.parametrize(("make", "kind"), SPECIAL.values(), ids=SPECIAL.keys())
def test_what_is_no_file_makes_the_scan_incomplete_when_it_is_named(
    tmp_path: Path, make: Callable[[Path], None], kind: str
) -> None:
    make(tmp_path / "odd")
    result = _scan(tmp_path, "odd")
    assert result.code == 3
    assert f"odd: it could not be read ({kind}, not a file" in result.out
    assert _scan(tmp_path, ".", "odd").code == 3  # naming it counts, also beside its folder


def test_a_folder_that_links_to_its_parent_ends(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    plant(tmp_path / "a" / "b")
    (tmp_path / "a" / "b" / "up").symlink_to("..")
    (tmp_path / "a" / "top").symlink_to(tmp_path)
    result = _scan(tmp_path)
    assert result.code == 1
    assert "1 finding in 1 file" in result.out
    assert "a/b/up: a symbolic link, which is not followed" in result.out
    assert "Left out on purpose: 2 symbolic links" in result.out


def test_a_link_out_of_the_tree_is_counted_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    plant(tmp_path, "outside.py")
    (tmp_path / "tree" / "link.py").symlink_to("../outside.py")
    (tmp_path / "tree" / "folder").symlink_to("..")
    (tmp_path / "tree" / "broken").symlink_to("nowhere")
    result = redhanded("scan", "tree", "--format", "json", cwd=tmp_path)
    assert result.code == 0
    assert _skips(result) == [(f"tree/{name}", "symlink", False) for name in ("broken", "folder", "link.py")]


def test_a_link_that_the_user_names_is_followed(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    plant(tmp_path / "tree")
    (tmp_path / "to-file").symlink_to("tree/app.py")
    (tmp_path / "to-folder").symlink_to("tree")
    assert "to-file:1:8" in _scan(tmp_path, "to-file").out
    assert "to-folder/app.py:1:8" in _scan(tmp_path, "to-folder").out


@HAS_PROC
def test_a_file_that_cannot_be_read_makes_the_scan_incomplete(tmp_path: Path) -> None:
    plant(tmp_path)
    result = _scan(tmp_path, "/proc/self/mem")  # fails for root too
    assert result.code == 3
    assert "/proc/self/mem: it could not be read (Input/output error)" in result.out
    assert "INCOMPLETE: 1 not read" in result.out
    assert _scan(tmp_path, "/proc/self/mem", "app.py").code == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_and_a_folder_that_may_not_be_read_make_the_scan_incomplete(tmp_path: Path) -> None:
    plant(tmp_path, "locked.py")
    (tmp_path / "locked.py").chmod(0)
    (tmp_path / "locked").mkdir(mode=0)
    result = _scan(tmp_path)
    (tmp_path / "locked").chmod(0o700)
    assert result.code == 3
    assert "locked.py: it could not be read (Permission denied)" in result.out
    assert "locked: it could not be read (Permission denied)" in result.out


@HAS_PROC
def test_a_file_of_unknown_size_is_read_to_its_end(tmp_path: Path) -> None:
    secret = token()
    result = redhanded("scan", "/proc/self/environ", cwd=tmp_path, env={"SOME_TOKEN": secret})
    assert result.code == 1
    assert secret not in result.out


def test_a_path_too_deep_for_the_system_is_said(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=folder)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    result = _scan(tmp_path)
    assert result.code == 3
    assert "it could not be read (File name too long)" in result.out


ODD_NAMES = {
    "newline": (b"a\nb.py", r"a\nb.py:1:8"),
    "not-utf8": (b"caf\xe9.py", r"caf\xe9.py:1:8"),
    "escape-sequence": (b"\x1b[2J\x1b]0;x\x07.py", r"\x1b[2J\x1b]0;x\x07.py:1:8"),
    "right-to-left": ("a\u202eyp.b.py".encode(), r"a\u202eyp.b.py:1:8"),
    "spaces": (b" a b .py", " a b .py:1:8"),
    "utf8": ("\u540d\u524d.py".encode(), "\u540d\u524d.py:1:8"),
    "backslash": (b"a\\b.py", "a\\b.py:1:8"),
    "quote": (b"a'\"`$(x).py", "a'\"`$(x).py:1:8"),
    "dash": (b"-v", "-v:1:8"),
    "only-a-dash": (b"-", "-:1:8"),
    "long": (b"n" * 255, "n" * 255 + ":1:8"),
}


@pytest.mark.parametrize(("name", "shown"), ODD_NAMES.values(), ids=ODD_NAMES.keys())
def test_any_file_name_is_scanned_and_shown_safely(tmp_path: Path, name: bytes, shown: str) -> None:
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
        file.write(f'KEY = "{token()}"\n'.encode())
    (tmp_path / "other").touch()
    for arguments, count in ((["."], "2 files "), (["--", os.fsdecode(name)], "1 file ")):
        if arguments[-1] == "-":  # that is standard input; the file has another name
            arguments[:], shown = ["./-"], "./" + shown
        result = redhanded("scan", *arguments, cwd=tmp_path, env={"LC_ALL": "C.UTF-8"})
        assert result.code == 1
        assert shown in result.out
        assert not [c for c in result.out if ord(c) < 32 and c != "\n"]
        assert f"1 finding in {count}" in result.out


@pytest.mark.parametrize(
    "name", [b"a\nb", b"caf\xe9", b"-", "\u540d".encode()], ids=["newline", "bytes", "dash", "utf8"]
)
def test_the_json_report_gives_the_very_bytes_of_a_name_back(tmp_path: Path, name: bytes) -> None:
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
        file.write(f'KEY = "{token()}"\n'.encode())
    (finding,) = json.loads(redhanded("scan", ".", "--format", "json", cwd=tmp_path).out)["findings"]
    assert finding["location"]["path"].encode("utf-8", "surrogateescape") == name


def test_a_file_that_is_named_twice_is_scanned_once(tmp_path: Path) -> None:
    plant(tmp_path)
    result = _scan(tmp_path, ".", "app.py", "./app.py", str(tmp_path / "app.py"), str(tmp_path))
    assert "1 finding in 1 file" in result.out


def test_the_names_that_pre_commit_hands_over_are_all_scanned(tmp_path: Path) -> None:
    names = [f"f{number}.py" for number in range(300)]
    for name in names:
        (tmp_path / name).write_text("x = 1\n")
    plant(tmp_path, "f299.py")
    assert "1 finding in 300 files" in _scan(tmp_path, *names).out


@pytest.mark.parametrize("name", ["-", "-x.py", "--version"])
def test_files_named_like_options_are_read_when_asked_for_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(f'KEY = "{token()}"\n')
    result = redhanded("scan", "--no-stdin", "--", name, cwd=tmp_path)
    assert (result.code, "github-pat" in result.out) == (1, True)
