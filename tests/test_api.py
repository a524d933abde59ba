"""The library: the few names that `scanner` exports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import scanner
from scanner import scan_paths, scan_text
from scanner.errors import ConfigError, SourceError, UsageError
from tests.support import Repo, token


def test_the_exported_names_are_these_and_no_others() -> None:
    assert scanner.__all__ == [
        *("Finding", "Incident", "ScanReport", "Scanner", "Skip", "__version__", "scan_paths", "scan_text")
    ]
    assert set(scanner._HOMES) | {"__version__"} == set(scanner.__all__)


@pytest.mark.parametrize("name", scanner.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    assert getattr(scanner, name).__doc__


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'scan_everything'"):
        scanner.scan_everything  # noqa: B018


def test_importing_scanner_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import scanner; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['scanner']\n"


@pytest.mark.parametrize("encode", [str, str.encode], ids=["text", "bytes"])
def test_a_text_gives_its_findings_masked_until_revealed(encode: type[str]) -> None:
    secret = token()
    (finding,) = scan_text(encode(f'x = 1\nKEY = "{secret}"\n'))
    assert (finding.rule_id, finding.evidence) == ("github-pat", "proven")
    assert finding.location.start == (2, 8)
    assert finding.location.origin.path == b"<text>"
    assert secret not in repr(finding)
    assert finding.secret.reveal() == secret.encode()


@pytest.mark.parametrize(
    "text", ["", "x = 1", b"\0\xff", "\ud800 \udcff"], ids=["empty", "clean", "binary", "surrogates"]
)
def test_a_text_without_secrets_gives_nothing(text: str | bytes) -> None:
    assert scan_text(text) == ()


def test_a_text_may_have_a_name() -> None:
    (finding,) = scan_text(f'KEY = "{token()}"', name="app.py")
    assert finding.location.origin.path == b"app.py"


def test_what_a_comment_allows_is_no_finding() -> None:
    assert scan_text(f'KEY = "{token()}"  # redhanded: allow[github-pat] a test\n') == ()


def test_a_text_that_cannot_be_scanned_whole_is_an_error_and_not_an_empty_answer() -> None:
    tokens = "\n".join(f'k{n} = "{token(seed=n)}"' for n in range(10_001))
    with pytest.raises(SourceError, match="<text> could not be scanned whole"):
        scan_text(tokens)


def test_paths_give_a_report(tmp_path: Path) -> None:
    secret = token()
    (tmp_path / "a.py").write_text(f'KEY = "{secret}"\n')
    os.mkfifo(tmp_path / "fifo")
    report = scan_paths([tmp_path, str(tmp_path / "fifo")])
    assert [finding.secret.reveal() for finding in report.findings] == [secret.encode()]
    assert report.incomplete
    assert (report.command, report.version, report.stats.read) == ("scan", scanner.__version__, 1)


def test_paths_obey_the_configuration_of_their_repository(repo: Repo) -> None:
    repo.write("docs/a.py", f'KEY = "{token()}"\n')
    repo.write(".redhanded.yaml", "exclude: [docs/]\n")
    report = scan_paths([repo.path])
    assert not report.findings
    assert (os.fsencode(repo.path / "docs"), "excluded") in [(skip.origin.path, skip.reason) for skip in report.skips]
    repo.write(".redhanded.yaml", "exlude: [docs/]\n")
    with pytest.raises(ConfigError):
        scan_paths([repo.path])


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    for name in ("gone", "a\0b"):
        with pytest.raises(UsageError):
            scan_paths([str(tmp_path / name)])
