"""Files of suppressions: what is written is read back, and every wrong one gets an error with file and line."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import ConfigError
from scanner.policy import allowfile
from scanner.policy.allowfile import Entry, parse, single, together, written
from scanner.policy.allowfolder import FOLDER, MOST_IN_A_FILE, load, parse_all, remove
from tests.cli.support import assert_error
from tests.policy.support import accept, entry, line
from tests.support import Repo, token

GOOD = '{hash: "' + "0" * 32 + ":" + "1" * 32 + '", rule: "a-rule", reason: "why", owner: "ada"}'

TEXTS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp", "Zs")), min_size=1, max_size=60).map(
    lambda text: f'{text} "and\\ more'
)
HEX = st.text("0123456789abcdef", min_size=32, max_size=32)
ENTRIES = st.builds(
    Entry,
    HEX,
    HEX,
    st.from_regex(r"[a-z][a-z0-9-]{1,20}", fullmatch=True),
    TEXTS,
    TEXTS,
    st.none() | st.dates(),
    st.lists(TEXTS.filter(lambda text: text[0] != "!"), max_size=3).map(tuple),
)


@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_what_is_written_is_read_back(entries: list[Entry]) -> None:
    _, data = together(entries)
    assert sorted(str(one.what) for one in parse("x", data)) == sorted(str(one.what) for one in entries)
    (back,) = parse("x", single(entries[0])[1])
    assert back.what == entries[0].what


@given(ENTRIES, st.sampled_from(["", "- ", "   "]))
def test_the_quick_way_to_read_an_entry_is_yaml_s_own(made: Entry, before: str) -> None:
    data = f"{before}{written(made)}\n".encode()
    quick = allowfile._as_written("x", data)
    assert quick in ((), allowfile._as_yaml("x", data))


def test_the_quick_way_reads_what_we_write() -> None:
    made = [entry(token(seed=number), expires=date(2027, 1, 31)) for number in range(3)]
    assert allowfile._as_written("x", together(made)[1]) == allowfile._as_yaml("x", together(made)[1])
    assert allowfile._as_written("x", single(made[0])[1])


def test_the_same_entry_makes_the_same_file() -> None:
    assert single(entry("a")) == single(entry("a"))
    assert single(entry("a"))[0] != single(entry("a", reason="b"))[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        GOOD,
        f"- {GOOD}\n# a remark\n- {GOOD}\n",
        f"\ufeff{GOOD}\n",
        GOOD.replace("{", "").replace("}", "").replace(", ", "\n") + "\n",
        GOOD.replace("\n", "\r\n") + "\r\n",
        GOOD[:-1] + ", expires: 2027-01-31}",
        GOOD[:-1] + ", paths: [docs/]}",
    ],
)
def test_a_person_may_write_it_in_other_ways(text: str) -> None:
    assert len(parse("x", text.encode())) == text.count("hash")


WRONG = [
    (b"\xff\xfe", 1, "is not UTF-8 text"),
    (b"# fine\n\n\xe9", 3, "is not UTF-8 text"),
    (b"{", 2, "not valid YAML"),
    (b"<<<<<<< HEAD\n", 1, "a mapping (key: value) is expected here"),
    (b"hello", 1, "a mapping (key: value) is expected here"),
    (f"{GOOD}\n{GOOD}".encode(), 2, "not valid YAML"),
    (f"- {GOOD}\n- 1\n".encode(), 2, "a mapping (key: value) is expected here"),
    (GOOD.replace("rule:", "rul:").encode(), 1, "unknown key 'rul'"),
    (GOOD.replace("}", ", line: 3}").encode(), 1, "unknown key 'line'"),
    (b"\n" + GOOD.replace("}", ", rule: b}").encode(), 2, "the key 'rule' occurs twice"),
    (GOOD.replace(', owner: "ada"', "").encode(), 1, "this entry has no `owner`"),
    (GOOD.replace('"why"', '""').encode(), 1, "`reason` must be a text"),
    (GOOD.replace('"why"', "[1]").encode(), 1, "`reason` must be a text"),
    (GOOD.replace('"why"', '"' + "x" * 1001 + '"').encode(), 1, "`reason` must be a text"),
    (GOOD.replace("0", "g").encode(), 1, "`hash` must be 32 hex digits"),
    (GOOD.replace(":1", "-1").encode(), 1, "`hash` must be 32 hex digits"),
    (GOOD.replace("a-rule", "a rule").encode(), 1, "`rule` must be the id of a rule"),
    (GOOD.replace("}", ", expires: soon}").encode(), 1, "`expires` must be a date"),
    (GOOD.replace("}", ', expires: "2027-02-30"}').encode(), 1, "`expires` must be a date"),
    (GOOD.replace("}", ", expires: 2027}").encode(), 1, "`expires` must be a date"),
    (GOOD.replace("}", ", paths: docs/}").encode(), 1, "`paths` must be a list"),
    (GOOD.replace("}", ", paths: []}").encode(), 1, "`paths` is empty"),
    (GOOD.replace("}", ", paths: ['!a']}").encode(), 1, "a pattern cannot take back another"),
    (GOOD.replace("}", f", paths: [{'a, ' * 101}]}}").encode(), 1, "has 101 patterns"),
    (f"- &a {GOOD}\n- *a\n".encode(), 2, "aliases (*name) are not allowed here"),
    (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 2, "aliases (*name) are not allowed here"),
    (b"- !!python/object/apply:os.system [ls]\n", 1, "tags (!name) are not allowed here"),
    (b"[" * 5000, 1, "is nested too deeply"),
]


@pytest.mark.parametrize(("data", "at", "problem"), WRONG, ids=[f"{n}: {w[2][:40]}" for n, w in enumerate(WRONG)])
def test_a_wrong_file_is_an_error_with_file_and_line(data: bytes, at: int, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse("some/file.yaml", data)
    assert str(caught.value).startswith(f"some/file.yaml:{at}: ")
    assert problem in str(caught.value)


def test_too_many_salts_are_an_error() -> None:
    made = [entry("a")._replace(salt=f"{number:032x}") for number in range(65)]
    with pytest.raises(ConfigError, match=r"b:129: its `salt` is one more than the 64"):
        parse_all([("b", together(made)[1])])


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100 << 20)


@pytest.mark.parametrize("command", [["scan", "."], ["staged"], ["history"], ["allow", "list"], ["allow", "check"]])
def test_a_broken_file_stops_every_command(repo: Repo, command: list[str]) -> None:
    repo.add("a.py", line("mine"))
    repo.commit()
    repo.add("b.py", line("other"))
    repo.write(f"{FOLDER}/a.yaml", f"# fine\n{GOOD}\nmore\n")
    stops(repo, command, f"{FOLDER}/a.yaml:3: not valid YAML")


def stops(repo: Repo, command: list[str], problem: str) -> None:
    result = repo.run(*command, timeout=20)
    assert result.code == 2, result
    assert result.err.startswith(f"error: {problem}"), result
    assert "Traceback" not in result.err and not result.out


def test_hostile_files_and_folders_are_errors(repo: Repo) -> None:
    repo.write("a.py", line("mine"))
    folder = repo.path / FOLDER
    folder.mkdir(parents=True)
    path = folder / "a.yaml"
    secret = repo.path / "private"
    secret.write_text("hunter2")
    cases: dict[str, Callable[[], None]] = {
        "is 104,857,600 bytes long": lambda: _sparse(path),
        "is a link, and is not followed": lambda: path.symlink_to(secret),
        "is not a file": lambda: os.mkfifo(path),
    }
    for problem, make in cases.items():
        make()
        started = time.monotonic()
        stops(repo, ["scan", "."], f"{FOLDER}/a.yaml: {problem}")
        assert time.monotonic() - started < 10
        path.unlink()
    path.mkdir()
    stops(repo, ["scan", "."], f"{FOLDER}/a.yaml: cannot be read: Is a directory")
    path.rmdir()
    (folder / "a.yml").write_text(GOOD)
    assert_error(repo.run("scan", "."), f"{FOLDER}/a.yml: does not count: its name must end with .yaml")
    (folder / "a.yml").unlink()
    folder.rmdir()
    folder.symlink_to("/tmp")
    assert_error(repo.run("scan", "."), f"{FOLDER}: is a link, and is not followed")
    assert_error(repo.run("allow", "add", "0" * 32, "--rule", "x", "--reason", "y"), f"{FOLDER}: is a link")
    folder.unlink()
    folder.write_text("x")
    assert_error(repo.run("scan", "."), f"{FOLDER}: is not a folder")
    folder.unlink()
    folder.parent.rmdir()
    folder.parent.symlink_to("/")
    assert_error(repo.run("scan", "."), ".redhanded: is a link, and is not followed")


def test_other_files_in_the_folder_are_nobody_s_business(repo: Repo) -> None:
    for name in ("README.md", ".gitkeep", "a.yaml.orig", ".a.yaml.swp"):
        repo.write(f"{FOLDER}/{name}", "{")
    assert load(str(repo.path)) == ()


def test_a_large_file_of_another_kind_is_refused_by_size_before_it_is_read() -> None:
    with pytest.raises(ConfigError, match="is 4,194,305 bytes long"):
        parse_all([("x", b" " * (MOST_IN_A_FILE + 1))])


def test_an_entry_is_taken_out_and_all_else_stays(repo: Repo) -> None:
    made = [entry(token(seed=number)) for number in range(4)]
    lines = ["# ours", f"- {written(made[0])}", "# about the next", f"- {written(made[1])}"]
    block = written(made[2])[1:-1].replace(", rule", "\n  rule").replace(", reason", "\n  reason")
    lines += [f"- {block.replace(', owner', chr(10) + '  owner')}", "", f"- {written(made[3])}"]
    repo.write(f"{FOLDER}/a.yaml", "\n".join(lines) + "\n")
    entries = load(str(repo.path))
    assert len(entries) == 4
    assert remove(str(repo.path), [entries[1], entries[2]]) == [f"{FOLDER}/a.yaml"]
    left = (repo.path / FOLDER / "a.yaml").read_text()
    assert left.startswith(f"# ours\n- {written(made[0])}\n# about the next\n")
    assert [one.what for one in load(str(repo.path))] == [made[0].what, made[3].what]
    remove(str(repo.path), load(str(repo.path)))
    assert not (repo.path / FOLDER / "a.yaml").exists()


def test_what_cannot_be_taken_out_by_itself_stays_with_an_error(repo: Repo) -> None:
    made = [entry(token(seed=number)) for number in range(2)]
    text = f"[{written(made[0])}, {written(made[1])}]\n"
    repo.write(f"{FOLDER}/a.yaml", text)
    with pytest.raises(ConfigError, match="cannot be taken out by itself"):
        remove(str(repo.path), load(str(repo.path))[:1])
    assert (repo.path / FOLDER / "a.yaml").read_text() == text


def test_a_file_that_has_changed_meanwhile_is_left_alone(repo: Repo) -> None:
    accept(repo.path, [token(seed="mine")])
    entries = load(str(repo.path))
    repo.write(entries[0].file, GOOD)
    with pytest.raises(ConfigError, match="has changed in the meantime"):
        remove(str(repo.path), entries)
