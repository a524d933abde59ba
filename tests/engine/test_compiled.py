"""The cache of compiled rules is believed only when it is whole and ours; without it everything works as well."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.engine.compiled import CompiledRules, prepare
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from scanner.ruleset import cache
from scanner.ruleset.resources import RuleFile, builtin_files
from tests.support import ROOT, redhanded, token

_RULES = """\
provider: Test
rules:
  - {id: test-one, name: One, description: One, severity: high, shape: 'tst1_{base62:20}'}
  - {id: test-two, name: T, description: T, severity: low, shape: 'tst2_{hex:20-30}', allow: ['tst2_0.*'], tags: [x]}
"""
_FILES = [RuleFile("test.yaml", _RULES.encode())]
_DATA = f"k = '{token('tst1_{base62:20}')}'\nl = '{token('tst2_{hex:24}')}'\n".encode()


def _ids(compiled: CompiledRules) -> list[str]:
    result = Scanner(compiled.rules, compiled.prefilter, 0.0).scan_blob(Blob(FileOrigin(b"a"), _DATA))
    assert result.skips == ()
    return [finding.rule_id for finding in result.findings]


_ALL = ["test-one", "test-two"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache folder that holds the compiled rules."""
    folder = tmp_path / "cache"
    assert _ids(prepare(_FILES, str(folder))) == _ALL
    assert len(list(folder.iterdir())) == 3  # the automaton, the rules, the patterns
    return folder


def _refuse(*_: object) -> None:
    raise AssertionError("this must have come from the cache")


def _rebuild_is_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.engine.hyper.compile_rules", _refuse)
    monkeypatch.setattr("scanner.engine.compiled._load", _refuse)


def test_what_comes_from_the_cache_is_the_same_as_what_was_built(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = prepare(_FILES, None)
    _rebuild_is_forbidden(monkeypatch)
    cached = prepare(_FILES, str(folder))
    assert (cached.rules, cached.digest) == (built.rules, built.digest)
    assert _ids(cached) == _ids(built) == _ALL
    assert cached.prefilter.candidates(_DATA) == built.prefilter.candidates(_DATA)


def test_the_builtin_rules_are_the_same_out_of_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = builtin_files()
    built = prepare(files, str(tmp_path))
    _rebuild_is_forbidden(monkeypatch)
    cached = prepare(files, str(tmp_path))
    assert cached.rules == built.rules
    assert [type(value) for rule in cached.rules for value in rule] == [type(v) for rule in built.rules for v in rule]


def test_the_prefilter_alone_never_asks_for_the_rules(folder: Path) -> None:
    (rules,) = folder.glob("*.rules")
    rules.unlink()
    assert prepare(_FILES, str(folder)).prefilter.candidates(_DATA)
    assert not rules.exists()


@pytest.mark.parametrize(
    "files", [[RuleFile("other.yaml", _RULES.encode())], [RuleFile("test.yaml", _RULES.encode() + b"#")]]
)
def test_other_rules_get_a_cache_of_their_own(folder: Path, files: list[RuleFile]) -> None:
    prepare(files, str(folder)).rules  # noqa: B018
    assert len(list(folder.iterdir())) == 6


def _regions(size: int) -> list[int]:
    """Offsets in every part of a file: all of the head and the widths, then a spread."""
    return [*range(min(size, 90)), *range(90, size, max(1, size // 60)), size - 1]


def test_no_flipped_bit_is_believed(folder: Path) -> None:
    for path in list(folder.iterdir()):
        whole = path.read_bytes()
        for at in _regions(len(whole)):
            damaged = bytearray(whole)
            damaged[at] ^= 1 << (at % 8)
            path.write_bytes(damaged)
            assert cache.load(str(folder), path.name) is None, at
        path.write_bytes(whole)
        assert cache.load(str(folder), path.name) is not None


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def _foreign(path: Path) -> None:
    other = "f" * 32 + path.suffix
    assert cache.store(str(path.parent), other, b"\0" * 100)
    os.replace(path.parent / other, path)


def _another_pickle(path: Path) -> None:
    path.write_bytes(b"\x80\x04\x95\x0b\0\0\0\0\0\0\0\x8c\x02os\x8c\x06system\x93.")


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _own_but_nonsense(path: Path) -> None:
    """Whole and ours, but not what it should be: an older layout, say. The automaton must refuse it."""
    assert cache.store(str(path.parent), path.name, b"\x02\0\0\0" + b"\x01" * 400)


_DAMAGE: dict[str, Callable[[Path], None]] = {
    "a flipped bit": _flip,
    "cut in half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut in the head": lambda path: os.truncate(path, 5),
    "empty": lambda path: os.truncate(path, 0),
    "longer": _longer,
    "another key's": _foreign,
    "not a cache": _another_pickle,
    "writable by the group": lambda path: path.chmod(0o660),
    "writable by all": lambda path: path.chmod(0o602),
    "missing": lambda path: path.unlink(),
    "a FIFO": _fifo,
}


@pytest.mark.parametrize("damage", _DAMAGE.values(), ids=_DAMAGE)
@pytest.mark.parametrize("which", ["automaton", "rules", "both"])
def test_a_damaged_cache_is_rebuilt(
    folder: Path, damage: Callable[[Path], None], which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in list(folder.iterdir()):
        if which == "both" or (path.suffix == ".rules") == (which == "rules"):
            damage(path)
            assert cache.load(str(folder), path.name) is None
    assert _ids(prepare(_FILES, str(folder))) == _ALL
    _rebuild_is_forbidden(monkeypatch)
    assert _ids(prepare(_FILES, str(folder))) == _ALL
    assert len(list(folder.iterdir())) == 3  # the automaton, the rules, the patterns


def test_a_cache_that_is_whole_but_nonsense_is_rebuilt(folder: Path) -> None:
    (automaton,) = (path for path in folder.iterdir() if not path.suffix)
    _own_but_nonsense(automaton)
    assert _ids(prepare(_FILES, str(folder))) == _ALL


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[{}]", b"{", b'[{"anchor": [1]}]', b"\xff", b"[1]", b"[]", b'[["id"]]']
)
def test_rules_that_are_whole_but_nonsense_are_rebuilt(folder: Path, content: bytes) -> None:
    (rules,) = folder.glob("*.rules")
    assert cache.store(str(folder), rules.name, content)
    assert _ids(prepare(_FILES, str(folder))) == _ALL


def test_a_folder_in_the_place_of_the_file_is_no_obstacle(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.unlink()
        path.mkdir()
    assert _ids(prepare(_FILES, str(folder))) == _ALL
    assert all(path.is_dir() and not path.name.startswith(".") for path in folder.iterdir())


def test_a_half_written_leftover_is_no_obstacle(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.rename(folder / f".{path.name}.0123456789abcdef")
    assert _ids(prepare(_FILES, str(folder))) == _ALL
    assert sum(not path.name.startswith(".") for path in folder.iterdir()) == 3


def test_another_users_file_is_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(folder.iterdir()).name
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert cache.load(str(folder), name) is None


def test_a_link_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for path in list(folder.iterdir()):
        path.unlink()
        path.symlink_to(victim)
    assert _ids(prepare(_FILES, str(folder))) == _ALL
    assert victim.read_text() == "precious"


def _as_file(base: Path) -> dict[str, str]:
    (base / "cachefile").write_text("not a folder")
    return {"XDG_CACHE_HOME": str(base / "cachefile")}


def _inside_file(base: Path) -> dict[str, str]:
    (base / "xdg").mkdir()
    (base / "xdg" / "redhanded").write_text("not a folder")
    return {"XDG_CACHE_HOME": str(base / "xdg")}


def _read_only(base: Path) -> dict[str, str]:
    # A folder of the kernel's: read-only for root as well, who runs many a CI.
    return {"XDG_CACHE_HOME": "/proc/self"} if sys.platform == "linux" else {"XDG_CACHE_HOME": "/dev"}


_HOMES: dict[str, Callable[[Path], dict[str, str]]] = {
    "no home at all": lambda base: {"HOME": "", "XDG_CACHE_HOME": ""},
    "a relative home": lambda base: {"HOME": "", "XDG_CACHE_HOME": "relative"},
    "a home that does not exist": lambda base: {"HOME": str(base / "nowhere"), "XDG_CACHE_HOME": ""},
    "the cache is a file": _as_file,
    "our folder is a file": _inside_file,
    "read-only": _read_only,
}


@pytest.mark.parametrize("home", _HOMES.values(), ids=_HOMES)
def test_a_strange_home_changes_no_finding(tmp_path: Path, home: Callable[[Path], dict[str, str]]) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "rules.yaml").write_text(_RULES)
    (tmp_path / "work" / "a.py").write_bytes(_DATA)
    arguments = ("scan", "a.py", "--no-builtin-rules", "--rules", "rules.yaml")
    result = redhanded(*arguments, cwd=tmp_path / "work", env=home(tmp_path))
    assert (result.code, result.err) == (1, "")
    assert all(id in result.out for id in _ALL)
    assert {path.name for path in (tmp_path / "work").iterdir()} == {"rules.yaml", "a.py"}


def test_nothing_in_the_package_can_load_a_pickle() -> None:
    forbidden = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "_pickle"}
    for path in (ROOT / "scanner").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & forbidden, path
            assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("eval", "exec")), path


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 64])
def test_patterns_that_are_whole_but_nonsense_rule_nothing_out(folder: Path, content: bytes) -> None:
    (patterns,) = folder.glob("*.patterns")
    assert cache.store(str(folder), patterns.name, content)
    assert prepare(_FILES, str(folder)).may_match(_DATA)


def test_what_the_prefilter_suspects_the_patterns_may_rule_out(folder: Path) -> None:
    for compiled in (prepare(_FILES, str(folder)), prepare(_FILES, None), prepare(_FILES, None, portable=True)):
        assert compiled.may_match(_DATA)
        assert not compiled.may_match(b"nothing here")


def test_what_is_stored_only_its_owner_may_touch(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
