"""One blob to its findings: places in the original bytes for every encoding, and limits that are said, never silent."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from scanner.engine.compiled import CompiledRules, prepare
from scanner.engine.result import BlobResult
from scanner.engine.scan import MAX_FINDINGS, Scanner
from scanner.lines import LineIndex
from scanner.model import Blob, FileOrigin, Span
from scanner.ruleset.resources import RuleFile, builtin_files
from tests.support import redhanded, token

_SECRET = token()
_OTHER = token(seed=2)
_MB = 1_000_000


@pytest.fixture(scope="module")
def compiled(shared_cache: Path) -> CompiledRules:
    return prepare(builtin_files(), str(shared_cache / "redhanded"))


@pytest.fixture
def scanner(compiled: CompiledRules) -> Scanner:
    return Scanner(compiled.rules, compiled.prefilter, 0.0)


def _scan(scanner: Scanner, data: bytes, name: bytes = b"a.py") -> BlobResult:
    return scanner.scan_blob(Blob(FileOrigin(name), data))


def _with_rules(text: str) -> Scanner:
    compiled = prepare([RuleFile("test.yaml", b"provider: T\nrules:\n" + text.encode())], None)
    return Scanner(compiled.rules, compiled.prefilter, 0.0)


_RULE = "  - {id: %s, name: N, description: D, severity: high, pattern: '%s'}\n"

_TEXT = f"é€😀 one\ntwo\r\n'😀' KEY = \"{_SECRET}\" # é\rlast '{_OTHER}'"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
    ids=["utf-8", "utf-8+bom", "utf-16-le+bom", "utf-16-be+bom", "utf-16-le", "utf-16-be"],
)
@pytest.mark.parametrize("odd", [b"", b"x"], ids=["even", "odd"])
def test_places_are_right_in_every_encoding(scanner: Scanner, encoding: str, mark: bytes, odd: bytes) -> None:
    data = mark + _TEXT.encode(encoding) + (odd if "16" in encoding else b"")
    result = _scan(scanner, data)
    assert [finding.location.start for finding in result.findings] == [(3, 12), (4, 7)]
    assert [finding.location.end for finding in result.findings] == [(3, 52), (4, 47)]
    spans = [finding.location.span for finding in result.findings]
    assert [data[start:end].decode(encoding) for start, end in spans] == [_SECRET, _OTHER]


def test_latin_1_bytes_count_one_column_each(scanner: Scanner) -> None:
    (finding,) = _scan(scanner, "ü = 'é'; k = '".encode("latin-1") + _SECRET.encode() + b"'").findings
    assert finding.location.start == (1, 15)


def test_a_match_that_ends_inside_a_character_of_utf_16_is_no_error() -> None:
    scanner = _with_rules(_RULE % ("cut", "key(?P<secret>[^ ]{4})"))
    data = "long enough to be recognised key€€€€ key😀😀".encode("utf-16")
    result = _scan(scanner, data)
    assert len(result.findings) == 2
    for finding in result.findings:
        start, end = finding.location.span
        assert data[start:end].decode("utf-16-le") in ("€", "😀")


@pytest.mark.parametrize(
    "mark", [b"\xff\xfe", b"\xfe\xff", "padding ".encode("utf-16-le") * 600, "padding ".encode("utf-16-be") * 600]
)
@pytest.mark.parametrize("shift", [b"", b"\n"], ids=["even", "odd"])
def test_what_looks_like_utf_16_hides_no_ascii(scanner: Scanner, mark: bytes, shift: bytes) -> None:
    data = mark + shift + f"KEY = '{_SECRET}'\n".encode()
    (finding,) = _scan(scanner, data).findings
    assert data[slice(*finding.location.span)] == _SECRET.encode()


def test_findings_of_both_readings_stand_in_order_of_place(scanner: Scanner) -> None:
    data = b"\xff\xfe" + f"k = '{_SECRET}'  ".encode() + f"KEY = '{_OTHER}'".encode("utf-16-le")
    assert len(data) % 2 == 0
    spans = [finding.location.span for finding in _scan(scanner, data).findings]
    assert len(spans) == 2 and spans == sorted(spans)


def test_binary_data_shows_tokens_and_no_chance_assignments(scanner: Scanner) -> None:
    # redhanded: allow[generic-password] a template
    text = f"\0\x01 {_SECRET} password = '{token('{base62:20}')}'".encode()
    assert [finding.rule_id for finding in _scan(scanner, text).findings] == ["github-pat"]


def test_a_secret_at_either_end_of_the_data_is_found(scanner: Scanner) -> None:
    (finding,) = _scan(scanner, _SECRET.encode()).findings
    assert finding.location.span == Span(0, 40)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_of_fifty_megabytes_takes_seconds(scanner: Scanner, encoding: str) -> None:
    filler = "x y = é " * (50 * _MB // (9 if encoding == "utf-8" else 16) // 4)
    secrets = [token(seed=seed) for seed in range(5)]
    text = filler.join(f"'{secret}'" for secret in secrets)
    data = text.encode(encoding)
    assert len(data) > 49 * _MB
    began = time.perf_counter()
    result = _scan(scanner, data)
    assert time.perf_counter() - began < 20
    assert [finding.location.start.column for finding in result.findings] == [text.index(s) + 1 for s in secrets]
    assert not result.skips


_DENSE = {  # what is repeated, how many megabytes, whether there is time to look at all of it
    "password=": (b"password=", 50, False),
    'password="': (b'password="', 50, False),
    "in utf-16": ("password=".encode("utf-16-le"), 50, False),
    "real ones": (b"", 5, False),
    "jwt": (b"eyJ", 50, False),
    "prefixes": (b"ghp_", 50, True),
    "urls": (b"://a:", 50, True),
    "keys": (b"-----BEGIN " + b"RSA PRIVATE KEY-----\n", 50, True),
}


@pytest.mark.parametrize(("piece", "size", "is_whole"), _DENSE.values(), ids=_DENSE)
def test_megabytes_of_candidates_end_soon_and_nothing_is_left_out_in_silence(
    scanner: Scanner, piece: bytes, size: float, is_whole: bool
) -> None:
    data = piece * int(size * _MB / len(piece)) if piece else _real_assignments()
    began = time.perf_counter()
    result = _scan(scanner, data)
    assert time.perf_counter() - began < 60
    if is_whole:
        assert result == BlobResult()
    else:
        assert [skip.reason for skip in result.skips] == ["too-many-matches"]
        assert result.skips[0].incomplete


def _real_assignments() -> bytes:
    # redhanded: allow[generic-password] a template
    return b"".join(b"password = 'aB%dxQ9z%d'\n" % (n * 7919 % 100_003, n) for n in range(200_000))


def test_more_matches_than_anyone_reads_are_cut_off_and_said(scanner: Scanner) -> None:
    data = "".join(f"{token(seed=seed % 50)}\n" for seed in range(MAX_FINDINGS + 5)).encode()
    result = _scan(scanner, data)
    assert len(result.findings) == MAX_FINDINGS
    assert [skip.reason for skip in result.skips] == ["too-many-matches"]


def test_ten_million_matches_make_a_run_incomplete(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b'password="' * 10_000_000)
    result = redhanded("scan", ".", "-v", cwd=tmp_path)
    assert result.code == 3
    assert "a.txt" in result.out and "more than 2,000,000 places" in result.out


_SLOW = _RULE % ("slow", "slow(?P<secret>(?:a|aa|aaa){1,60})(?=b!)")
_QUICK = _RULE % ("quick", "quick(?P<secret>[0-9]{8})")
_HOSTILE = b"slow" + b"a" * 60 + b" b!\nquick48159263\n"


def test_a_rule_that_takes_too_long_is_cut_off_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.engine.match.find.__defaults__", (0.2,))
    result = _scan(_with_rules(_SLOW + _QUICK), _HOSTILE)
    assert [finding.rule_id for finding in result.findings] == ["quick"]
    assert [(skip.reason, skip.incomplete) for skip in result.skips] == [("timeout", True)]
    assert "slow" in result.skips[0].detail


def test_an_allow_pattern_that_takes_too_long_is_cut_off_too() -> None:
    rule = (
        "  - {id: r, name: N, description: D, severity: high, shape: 'zzy_{[ab]:60}', allow: ['zzy_(a|aa|aaa)+b!?b']}\n"
    )
    result = _scan(_with_rules(rule), b"zzy_" + b"a" * 59 + b"b")
    assert [skip.reason for skip in result.skips] in (["timeout"], [])
    assert result.skips or result.findings


def test_a_pathological_rule_makes_the_command_incomplete(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("provider: T\nrules:\n" + _SLOW)
    (tmp_path / "a.txt").write_bytes(_HOSTILE)
    result = redhanded("scan", "a.txt", "--rules", "rules.yaml", "--no-builtin-rules", "-v", cwd=tmp_path)
    assert result.code == 3
    assert "a.txt" in result.out and "slow" in result.out
    assert "Traceback" not in result.err


def test_scanning_is_pure(scanner: Scanner) -> None:
    data = os.urandom(3000) + _TEXT.encode() * 3
    assert _scan(scanner, data) == _scan(scanner, data)


def test_positions_agree_with_the_line_index(scanner: Scanner) -> None:
    data = "\r\n".join(f"é {token(seed=n)}" for n in range(40)).encode()
    found = _scan(scanner, data).findings
    assert len(found) == 40
    for finding in found:
        place = finding.location
        assert (place.start, place.end) == tuple(LineIndex(data).position(offset) for offset in place.span)
