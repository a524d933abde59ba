"""Whose markers count where, what they may not hide, and what is told of them."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from pathlib import Path

import pytest

from scanner.engine.compiled import prepare
from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.marker import FOREIGN, OURS, Marker, MarkerPolicy
from scanner.model import Blob, FileOrigin
from scanner.ruleset.resources import builtin_files
from tests.refine.keymaker import openssl
from tests.refine.support import NOW, rules, scan
from tests.support import token

_LINE = f"key = '{token()}'"
_OTHER = f"other = '{token(seed=2)}'"

_COUNT = [
    ("gitleaks", "{line}  # gitleaks:allow"),
    ("gitleaks", "{line}  // gitleaks:allow because"),
    ("betterleaks", "{line} /* betterleaks:allow */"),
    ("trufflehog", "{line} # trufflehog:ignore"),
    ("detect-secrets", "{line}  # pragma: allowlist secret"),
    ("detect-secrets", "{line}  <!-- pragma: allowlist secret -->"),
    ("detect-secrets", "{line}  # pragma: whitelist secret"),
    ("detect-secrets", "# pragma: allowlist nextline secret\n{line}"),
    ("kingfisher", "{line} -- kingfisher:ignore"),
    ("kingfisher", "# kingfisher:ignore\n{line}"),
    ("ggshield", "{line}  # ggignore"),
]


def marker(result: BlobResult) -> Marker:
    assert rules(result) == []
    (entry,) = result.suppressed
    assert entry.marker is not None
    return entry.marker


@pytest.mark.parametrize(("tool", "form"), _COUNT)
def test_other_scanners_markers_count_and_are_told_from_ours(scanner: Scanner, tool: str, form: str) -> None:
    found = marker(scan(scanner, "a\n" + form.format(line=_LINE)))
    assert (found.tool, found.line, found.rules) == (tool, 2, ())
    assert found.lack.startswith("names no rule")


@pytest.mark.parametrize(
    "form",
    [
        "# gitleaks:allow\n{line}",  # that one counts on its own line
        "# trufflehog:ignore\n{line}",
        "# ggignore\n{line}",
        "{line}\n# kingfisher:ignore",  # only behind a secret of several lines
        "{line}  # pragma: allowlist nextline secret",
        "# pragma: allowlist secret\n{line}",
        "x = 1  # pragma: allowlist nextline secret\n{line}",
        "{line}  # gitleaks:allowlist",
        "{line}  # mygitleaks:allow",
        "{line}  # run_ggignore()",
        "{line}  # Gitleaks:Allow",
    ],
)
def test_a_marker_elsewhere_than_its_scanner_looks_does_not_count(scanner: Scanner, form: str) -> None:
    result = scan(scanner, "a\n" + form.format(line=_LINE) + "\nb\n")
    assert (rules(result), result.suppressed) == (["github-pat"], ())


def _with(policy: MarkerPolicy, cache: Path) -> Scanner:
    compiled = prepare(builtin_files(), str(cache / "redhanded"))
    return Scanner(compiled.rules, compiled.prefilter, NOW, markers=policy)


@pytest.mark.parametrize("tool", [OURS, *FOREIGN])
def test_each_can_be_turned_off_alone(shared_cache: Path, tool: str) -> None:
    forms = [*_COUNT, (OURS, "{line}  # redhanded: allow[github-pat] a test")]
    without = _with(MarkerPolicy(frozenset({OURS, *FOREIGN} - {tool})), shared_cache)
    for of, form in forms:
        assert len(scan(without, form.format(line=_LINE)).findings) == (of == tool), form


@pytest.mark.parametrize(
    ("mark", "lack"),
    [
        ("redhanded: allow[github-pat] a test", ""),
        ("redhanded: allow[github-*] a test", ""),
        ("redhanded: allow[github-pat]", "gives no reason"),
        ("redhanded: allow a test", "names no rule"),
        ("redhanded: allow[*] a test", "names no rule"),
        ("redhanded: allow", "names no rule and gives no reason"),
        ("gitleaks:allow a test", "names no rule"),
        ("ggignore, redhanded: allow[github-pat] a test", ""),  # the one that says more speaks
    ],
)
def test_a_strict_policy_accepts_only_what_names_a_rule_and_gives_a_reason(
    scanner: Scanner, shared_cache: Path, mark: str, lack: str
) -> None:
    text = f"{_LINE}  # {mark}\n"
    assert marker(scan(scanner, text)).lack == lack
    strict = scan(_with(MarkerPolicy(strict=True), shared_cache), text)
    assert (len(strict.findings), len(strict.suppressed)) == ((1, 0) if lack else (0, 1))
    if lack:
        refused = strict.findings[0].refused
        assert refused and refused.lack == lack


@pytest.mark.parametrize(
    "text",
    [
        f"{_LINE}  # gitleaks:allow\n{_OTHER}\n",
        f"{_LINE}  # redhanded: allow\n{_OTHER}\n",
        f"/* redhanded: allow */ {_LINE}\n{_OTHER}\n",
        f"<!-- kingfisher:ignore --> {_LINE}\n{_OTHER}\n",
        f"# pragma: allowlist nextline secret\n{_LINE}\n{_OTHER}\n",
        f"# redhanded: allow[github-pat] one\n{_LINE}\n{_OTHER}\n",
    ],
)
def test_no_marker_hides_a_secret_on_another_line(scanner: Scanner, text: str) -> None:
    result = scan(scanner, text)
    assert [f.secret.reveal() for f in result.findings] == [token(seed=2).encode()]
    assert len(result.suppressed) == 1


def test_what_a_secret_says_itself_is_no_marker(scanner: Scanner) -> None:
    text = 'password = "gitleaks:allow' + token("{base62:16}") + '"\n'
    assert [s.marker for s in scan(scanner, text).suppressed] == []


def test_words_behind_the_comment_are_no_reason_and_secrets_in_it_are_masked(scanner: Scanner) -> None:
    first = scan(scanner, f"/* redhanded: allow[github-pat] so */ {_LINE}\n")
    assert marker(first).reason == "so"
    second = scan(scanner, f"x: redhanded: allow[github-pat] and {_LINE}\n")
    assert marker(second).reason == "and key ="
    third = scan(scanner, f"{_LINE}  # redhanded: allow[github-pat] the old was {token(seed=3)}, now gone\n")
    (told,) = ({entry.detail for entry in third.suppressed},)
    assert token(seed=3) not in "".join(told)
    assert "ghp_********, now gone" in "".join(told)


@pytest.mark.parametrize(
    ("tool", "form", "line"),
    [
        (OURS, "# redhanded: allow[private-key*] a test\n{key}", 1),
        ("gitleaks", '{key}"""  # gitleaks:allow', -1),
        ("betterleaks", '{key}"""  # betterleaks:allow', -1),
        ("kingfisher", '{key}"""  # kingfisher:ignore', -1),
        ("kingfisher", "{key}\n# kingfisher:ignore", -1),
        ("kingfisher", "# kingfisher:ignore\n{key}", 1),
        ("detect-secrets", "# pragma: allowlist nextline secret\n{key}", 1),
    ],
)
def test_a_secret_of_several_lines(scanner: Scanner, tool: str, form: str, line: int) -> None:
    text = form.format(key=openssl("RSA of 2048 bits").strip())
    result = scan(scanner, text, "key.py")
    found = marker(result)
    assert (found.tool, found.line) == (tool, line if line > 0 else text.count("\n") + 1)


def test_an_encoded_secret_goes_by_the_line_that_it_is_shown_on(scanner: Scanner) -> None:
    encoded = base64.b64encode(f"token = {token()}\n".encode()).decode()
    assert marker(scan(scanner, f"a\ndata: {encoded}  # gitleaks:allow\n")).line == 2
    within = base64.b64encode(f"token = {token()}  # gitleaks:allow\n".encode()).decode()
    assert rules(scan(scanner, f"data: {within}\n")) == ["github-pat"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_of_an_archive_has_markers_of_its_own(scanner: Scanner, method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a.py", f"# redhanded: allow[github-pat] a test\n{_LINE}\n")
        archive.writestr("b.py", f"{_OTHER}\n")
    result = scanner.scan_blob(Blob(FileOrigin(b"x.zip"), out.getvalue()))
    assert [f.location.inside for f in result.findings] == [b"b.py"]
    ((finding, _, _, found),) = result.suppressed
    assert found and (finding.location.inside, found.line) == (b"a.py", 1)
    zipped = scanner.scan_blob(Blob(FileOrigin(b"x.gz"), gzip.compress(f"{_LINE}  # ggignore\n".encode())))
    assert marker(zipped).tool == "ggshield"


def test_markers_in_utf_16(scanner: Scanner) -> None:
    data = f"\ufeffa\r\n{_LINE}  # redhanded: allow[github-pat] caf\u00e9\r\n".encode("utf-16-le")
    found = marker(scanner.scan_blob(Blob(FileOrigin(b"a.py"), data)))
    assert (found.line, found.reason) == (2, "caf\u00e9")
