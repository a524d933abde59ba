"""What holds for every format: it is listed, it masks, and it cannot be used to forge terminal output."""

from __future__ import annotations

import inspect
import pickle
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import scanner.report
from scanner.model import BlobOrigin, FileOrigin, IndexOrigin, ScanReport, Skip, Suppressed
from scanner.report import FORMATS

from .make import LATIN, OID, PASSWORD, TOKEN, at, document, everything, exposure, finding, report, text, who

EACH_FORMAT = pytest.mark.parametrize("format", sorted(FORMATS))
SECRETS = (TOKEN, PASSWORD, LATIN)


def test_the_list_names_just_the_modules_that_are_there() -> None:
    folder = Path(scanner.report.__file__).parent
    there = {f"scanner.report.{file.stem}" for file in folder.glob("[!_]*.py")}
    assert there == set(FORMATS.values())


@EACH_FORMAT
def test_each_format_has_a_render_of_the_agreed_shape(format: str) -> None:
    render = import_module(FORMATS[format]).render
    assert [*inspect.signature(render).parameters] == ["report", "out", "options"]


def _forms(value: bytes) -> set[str]:
    return {value.decode("utf-8", errors) for errors in ("backslashreplace", "replace", "ignore")}


@EACH_FORMAT
@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("command", ["staged", "scan", "history", "ci", "push"])
def test_no_secret_is_shown(format: str, verbose: bool, command: str) -> None:
    shown = text(everything(command), format, verbose=verbose)
    assert not [form for value in SECRETS for form in _forms(value) if form in shown]
    assert "tok_********" in shown


@EACH_FORMAT
def test_secrets_are_shown_when_asked_for_and_never_to_services(format: str) -> None:
    shown = text(report("scan", finding()), format, show_secrets=True)
    assert (TOKEN.decode() in shown) == (format in ("text", "json"))


@EACH_FORMAT
def test_a_secret_whose_value_did_not_cross_a_pickle_stays_masked(format: str) -> None:
    crossed: ScanReport = pickle.loads(pickle.dumps(report("scan", finding())))
    assert "tok_********" in text(crossed, format, show_secrets=True)


def _named_after(value: bytes) -> ScanReport:
    """A secret in every text that comes with a finding of it, and in the path of another finding."""
    name = b"keys/" + value + b".pem"
    author = who(author=value.decode())._replace(email=f"{value.decode()}@example.org")
    first = finding(at(FileOrigin(name), who=author), value, notes=(f"seen as {value.decode()}",))
    return report(
        "scan",
        first._replace(also=(at(FileOrigin(b"old/" + name), who=author),)),
        finding(at(FileOrigin(name), 9), LATIN),
        suppressed=(Suppressed(first, "inline", f"{value.decode()} is only a sample"),),
        skips=(Skip(FileOrigin(name), "timeout", f"{name.decode()} took too long"),),
    )


@EACH_FORMAT
def test_a_secret_in_a_path_or_a_name_is_masked_too(format: str) -> None:
    shown = text(_named_after(TOKEN), format, verbose=True)
    assert TOKEN.decode() not in shown
    assert "keys/tok_" in shown


@EACH_FORMAT
def test_a_short_value_does_not_blot_out_paths(format: str) -> None:
    made = report("scan", finding(at(FileOrigin(b"admin/settings.py")), b"admin"))
    assert "admin/settings.py" in text(made, format)


@EACH_FORMAT
@pytest.mark.parametrize("verbose", [False, True])
def test_nothing_of_the_repository_steers_the_terminal(format: str, verbose: bool) -> None:
    shown = text(everything(), format, verbose=verbose)
    assert not [c for c in shown if not c.isprintable() and c != "\n"]


@EACH_FORMAT
@pytest.mark.parametrize(
    "made",
    [report(), report("history"), everything(), report("scan", finding(rule_id="from-elsewhere"))],
    ids=["nothing", "history", "everything", "unknown-rule"],
)
def test_the_same_report_gives_the_same_text_whatever_the_order(format: str, made: ScanReport) -> None:
    backwards = made._replace(findings=made.findings[::-1])
    assert text(made, format) == text(backwards, format)


def _order(made: ScanReport, **options: Any) -> list[int]:
    lines = text(made, **options).splitlines()
    return [int(line.partition(":")[2].partition(":")[0]) for line in lines if line.endswith(" [acme-token]")]


def test_a_work_tree_is_told_by_place() -> None:
    rest = [at(IndexOrigin(b"b.py"), 7), at(IndexOrigin(b"a.py"), 20), at(IndexOrigin(b"a.py"), 3)]
    assert _order(report("staged", *map(finding, rest))) == [3, 20, 7]


def test_a_history_is_told_by_what_must_be_rotated_first() -> None:
    def made(line: int, evidence: str, severity: str, path: bytes = b"a", **changes: Any) -> Any:
        where = at(BlobOrigin(OID, path), line)
        told = exposure(**changes) if changes else None
        return finding(where, evidence=evidence, severity=severity, exposure=told)

    rightly = [
        made(1, "proven", "high", stands=True, days=3),
        made(2, "proven", "high", stands=True, days=2),
        made(3, "proven", "high", stands=True, days=None),
        made(4, "proven", "high", stands=False, days=9),
        made(5, "proven", "high", stands=False, reach=(), days=99),
        made(6, "proven", "high", b"b", stands=False, reach=(), days=99),
        made(7, "proven", "high"),
        made(8, "proven", "low", stands=True, days=999),
        made(9, "statistical", "critical", stands=True, days=9999),
    ]
    for shuffled in (rightly, rightly[::-1], rightly[4:] + rightly[:4]):
        assert _order(report("history", *shuffled)) == [*range(1, 10)]
        results = document(report("history", *shuffled), "sarif")["runs"][0]["results"]
        lines = [made["locations"][0]["physicalLocation"]["region"]["startLine"] for made in results]
        assert lines == [
            made["location"]["start"]["line"] for made in document(report("history", *shuffled), "json")["findings"]
        ]
        assert lines == [*range(1, 10)]
