"""With an empty cache: the work is shared, and little is read before anything is compiled."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.cli.small import is_small
from scanner.engine.compiled import prepare, prepare_builtin
from scanner.errors import RuleError
from scanner.ruleset.load import rules
from scanner.ruleset.resources import RuleFile, builtin_files
from tests.support import redhanded, token

_MANY = 60  # files; enough for processes


def _files(**changed: str) -> list[RuleFile]:
    text = "provider: T\nrules:\n- id: {id}\n  name: N\n  description: D\n  severity: low\n"
    text += "  shape: '{lead}_{{hex:20}}'\n  references: [https://example.com]\n"
    texts = {f"r{number:02}": text.format(id=f"t-{number}", lead=f"tok{number:02}") for number in range(_MANY)}
    return [RuleFile(f"rules/{name}.yaml", text.encode()) for name, text in {**texts, **changed}.items()]


def test_rules_are_the_same_however_many_processes_build_them() -> None:
    files = builtin_files()
    assert rules(files, jobs=3) == rules(files)
    assert len(rules(_files(), jobs=7)) == _MANY


def _error(files: list[RuleFile], jobs: int) -> str:
    with pytest.raises(RuleError) as caught:
        rules(files, jobs)
    return str(caught.value)


@pytest.mark.parametrize(
    "changed",
    [{"r40": "rules: 7"}, {"r11": "\t"}, {"r58": "rules: 7", "r03": "nothing"}],
    ids=["one", "not YAML", "two"],
)
def test_an_error_in_a_rule_is_the_same_one(changed: dict[str, str]) -> None:
    files = _files(**changed)
    assert _error(files, 4) == _error(files, 1)


def test_an_id_that_occurs_twice_is_found_across_processes() -> None:
    files = _files(r59=_files()[0].data.decode())
    assert "taken" in _error(files, 4)
    assert _error(files, 4) == _error(files, 1)


def test_automata_are_the_same_however_many_processes_compile_them() -> None:
    hyper = pytest.importorskip("scanner.engine.hyper")
    built = rules(builtin_files())
    assert hyper.compile_rules(built, jobs=4) == hyper.compile_rules(built)


def test_a_rule_that_the_automaton_refuses_is_looked_for_all_the_same() -> None:
    pytest.importorskip("hyperscan")
    rule = prepare(_files(), None).rules[0]
    from scanner.engine import hyper

    looks = (rule.looks[0]._replace(expression="(?:tok00_x{1,30000}){30}"),)
    many = [rule._replace(id=f"r{n}", looks=rule.looks) for n in range(3)]
    found = hyper.HyperscanPrefilter(hyper.compile_rules([rule._replace(looks=looks), *many], jobs=4))
    assert 0 in found.candidates(b" tok00_" + b"a" * 20)


_SMALL = {
    "little": ([(b"a.py", 1000), (b"b.py", 1000)], True),
    "nothing": ([], True),
    "a large file": ([(b"a.py", 2 << 20)], False),
    "many files": ([(b"a.py", 1)] * 101, False),
    "a hundred files": ([(b"a.py", 1)] * 100, True),
    "an archive": ([(b"lib/A.ZIP", 1000)], False),
}


@pytest.mark.parametrize(("files", "expected"), _SMALL.values(), ids=_SMALL)
def test_what_is_small(files: list[tuple[bytes, int]], expected: bool) -> None:
    assert is_small(files) is expected


def test_no_more_files_are_asked_for_than_it_takes_to_say_no() -> None:
    asked = iter([(b"a", 1)] * 1000)
    assert not is_small(asked)
    assert len(list(asked)) > 800


def _scan(folder: Path, cache: Path) -> dict[str, object]:
    result = redhanded("scan", ".", "--format", "json", cwd=folder, env={"XDG_CACHE_HOME": str(cache)})
    assert result.code == 1
    report: dict[str, object] = json.loads(result.out)
    return report


def _prefilter(report: dict[str, object]) -> object:
    summary = report["summary"]
    assert isinstance(summary, dict)
    return summary["prefilter"]


def _told(report: dict[str, object]) -> list[object]:
    findings = report["findings"]
    assert isinstance(findings, list) and findings
    return [(finding["rule_id"], finding["fingerprint"]) for finding in findings]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "app.py").write_text(f'KEY = "{token()}"\n')
    return tmp_path / "work"


def test_a_first_scan_of_little_does_not_wait_for_the_rules_to_be_compiled(work: Path, tmp_path: Path) -> None:
    pytest.importorskip("hyperscan")
    cache = tmp_path / "cold"
    first = _scan(work, cache)
    assert _prefilter(first) == "portable"
    until = time.monotonic() + 60
    while time.monotonic() < until and not _has_automaton(cache / "redhanded"):
        time.sleep(0.1)
    second = _scan(work, cache)
    assert _prefilter(second) == "hyperscan"
    assert _told(first) == _told(second)


def _has_automaton(folder: Path) -> bool:
    return any("." not in path.name and path.stat().st_size > 1 << 20 for path in folder.iterdir())


def _large(work: Path) -> None:
    (work / "large.txt").write_text("nothing to see\n" * 100_000)


def _archive(work: Path) -> None:
    (work / "lib.zip").write_bytes(b"")


@pytest.mark.parametrize("add", [_large, _archive])
def test_a_first_scan_of_more_waits(work: Path, tmp_path: Path, add: Callable[[Path], None]) -> None:
    pytest.importorskip("hyperscan")
    add(work)
    assert _prefilter(_scan(work, tmp_path / "cold")) == "hyperscan"


def test_whether_it_is_little_is_asked_only_when_nothing_is_cached(tmp_path: Path) -> None:
    pytest.importorskip("hyperscan")
    prepare_builtin(str(tmp_path), jobs=4)

    def refuse() -> bool:
        raise AssertionError("this costs time")

    assert prepare_builtin(str(tmp_path), at_once=refuse).prefilter.name == "hyperscan"
