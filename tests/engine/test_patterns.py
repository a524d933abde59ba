"""Compiled patterns are kept from run to run, and what comes from the cache matches what the pattern says."""

from __future__ import annotations

import copyreg
import json
from pathlib import Path

import pytest
import regex

from scanner.engine.patterns import Patterns
from scanner.ruleset import cache
from scanner.ruleset.built import Rule
from scanner.ruleset.examples import cases
from scanner.ruleset.load import specs
from scanner.ruleset.resources import builtin_files
from tests.engine.corpus import builtin
from tests.support import redhanded, token


def _spans(patterns: Patterns, number: int, text: bytes) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return [(match.span(), match.span("secret")) for match in patterns[number].finditer(text)]


def _refuse(*_: object) -> None:
    raise AssertionError("this must have come from the cache")


def _whole(patterns: Patterns, rules: tuple[Rule, ...]) -> bool:
    return all(patterns[number].pattern == rule.pattern.encode("latin-1") for number, rule in enumerate(rules))


@pytest.fixture
def rules() -> tuple[Rule, ...]:
    return tuple(rule for rule in builtin().rules if rule.id in ("github-pat", "sqlddl-password"))


@pytest.fixture
def folder(tmp_path: Path, rules: tuple[Rule, ...]) -> Path:
    """A cache that holds the patterns of the rules."""
    folder = tmp_path / "cache"
    assert _whole(Patterns(rules, str(folder)), rules)
    assert len(list(folder.iterdir())) == 2
    return folder


def test_kept_patterns_match_what_compiled_ones_do(tmp_path: Path) -> None:
    some = tuple(specs(builtin_files()))[::4]
    by_id = {rule.id: rule for rule in builtin().rules}
    rules = tuple(by_id[spec.id] for spec in some)
    compiled, kept = Patterns(rules, str(tmp_path)), Patterns(rules, str(tmp_path))
    expected = [_spans(compiled, number, case.text) for number, spec in enumerate(some) for case in cases(spec, 5)]
    assert sum(map(bool, expected)) > len(rules)
    files = len(list(tmp_path.iterdir()))
    assert files > len(rules) - 5  # but for the few that `re` compiles
    found = [_spans(kept, number, case.text) for number, spec in enumerate(some) for case in cases(spec, 5)]
    assert found == expected
    assert len(list(tmp_path.iterdir())) == files


def test_a_kept_pattern_is_not_compiled_again(
    folder: Path, rules: tuple[Rule, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Patterns(rules, str(folder))[0]  # so that the way back is known, for which something is compiled
    monkeypatch.setattr(regex, "compile", _refuse)
    assert _whole(Patterns(rules, str(folder)), rules)
    with pytest.raises(AssertionError):
        Patterns(rules)[0]


def test_a_kept_pattern_has_its_time_limit(tmp_path: Path, rules: tuple[Rule, ...]) -> None:
    slow = (rules[0]._replace(pattern="key(?P<secret>(?:a|aa|aaa){1,60}b)!", start=""),)
    for _ in range(2):
        pattern = Patterns(slow, str(tmp_path))[0]
        assert isinstance(pattern, regex.Pattern)
        with pytest.raises(TimeoutError):
            pattern.search(b"key" + b"a" * 60 + b" b!", timeout=0.05)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"7", b'["t"]', b'["x", 1]', b'["t", ["b", "zz"]]', b'["t", 1, 2]', b'["t", ["d", 5]]', b"\xff"],
)
def test_what_is_no_pattern_is_compiled_and_kept_anew(folder: Path, rules: tuple[Rule, ...], content: bytes) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name in before:
        assert cache.store(str(folder), name, content)
    assert _whole(Patterns(rules, str(folder)), rules)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_another_pattern_in_its_place_is_not_taken_for_it(folder: Path, rules: tuple[Rule, ...]) -> None:
    one, other = sorted(path.name for path in folder.iterdir())
    content = cache.load(str(folder), one)
    assert content is not None
    assert cache.store(str(folder), other, content)
    assert _whole(Patterns(rules, str(folder)), rules)


def test_what_is_kept_is_plain_data(folder: Path) -> None:
    for path in folder.iterdir():
        content = cache.load(str(folder), path.name)
        assert content is not None
        assert json.loads(content)[0] == "t"


def test_where_regex_does_not_say_what_a_pattern_is_made_of_nothing_is_kept(
    tmp_path: Path, rules: tuple[Rule, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(copyreg.dispatch_table, regex.Pattern)
    assert Patterns(rules, str(tmp_path))[0].pattern == rules[0].pattern.encode("latin-1")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, rules: tuple[Rule, ...]) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert Patterns(rules, str(tmp_path / "file"))[0].pattern == rules[0].pattern.encode("latin-1")


def test_patterns_are_compiled_when_first_asked_for_and_once(rules: tuple[Rule, ...]) -> None:
    patterns = Patterns(rules)
    assert patterns[0] is patterns[0]


def test_a_second_run_finds_the_same_by_kept_patterns(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        f"key = '{token('glpat-{base64url:20}')}'\nurl = 'https://ann:{token('{base62:12}')}@db.corp.io'\n"
    )
    env = {"XDG_CACHE_HOME": str(tmp_path / "home")}
    kept = tmp_path / "home" / "redhanded"
    runs = [redhanded("scan", "a.py", "--format", "json", cwd=tmp_path, env=env)]
    names = {path.name for path in kept.glob("*.regex")}
    assert names
    runs.append(redhanded("scan", "a.py", "--format", "json", cwd=tmp_path, env=env))
    assert {path.name for path in kept.glob("*.regex")} == names
    assert [run.code for run in runs] == [1, 1]
    assert [json.loads(run.out)["findings"] for run in runs] == [json.loads(runs[0].out)["findings"]] * 2
