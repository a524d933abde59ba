"""Canaries of many kinds are planted, and looked for in everything that redhanded writes anywhere: none may appear."""

from __future__ import annotations

import base64
import json
import os
import pickle
import subprocess
from pathlib import Path

import pytest

from scanner.engine.compiled import prepare
from scanner.engine.scan import Scanner
from scanner.model import Blob, Exposure, FileOrigin, Finding, Refs
from scanner.report import FORMATS
from scanner.ruleset.resources import builtin_files
from scanner.sources.refnames import hidden
from tests.canaries import APP, BODY, CANARIES, ENV, KEY, PASSWORD, STRIPE, Planted, assert_hidden
from tests.support import Repo, Result, redhanded


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("history"))
    repo.add("app.py", APP)
    repo.add("id_rsa", KEY)
    repo.add(".env", f"SERVICE_TOKEN={ENV}\n")
    repo.commit(f"use {CANARIES['a token']}")
    repo.git("tag", "-a", "-m", f"with {STRIPE}", "v1")
    repo.git("branch", f"for/{CANARIES['a token']}")
    repo.git("tag", f"a-{PASSWORD}-b")
    return repo


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


_COMMANDS = [("staged",), ("scan", "."), ("scan", ".", "--jobs", "4"), ("history",), ("history", "--jobs", "4")]
_FORMATS = ["text", "json", "sarif"]


def _run(arguments: tuple[str, ...], planted: Planted, history: Repo, **options: object) -> Result:
    repo = history if arguments[0] == "history" else planted.repo
    return repo.run(*arguments, **options)


@pytest.mark.parametrize("format", _FORMATS)
@pytest.mark.parametrize("arguments", _COMMANDS, ids=" ".join)
def test_no_command_shows_a_secret_in_any_format(
    planted: Planted, history: Repo, tmp_path: Path, arguments: tuple[str, ...], format: str
) -> None:
    cache = tmp_path / "cache"
    env = {"XDG_CACHE_HOME": str(cache)} if format == "text" and len(arguments) < 3 else {}
    options = ("--format", format, "-v", "--receipt")
    result = _run((*arguments, *options), planted, history, env=env)
    assert result.code == 1
    found = len(CANARIES) - len(BODY)
    assert result.out.count("github-pat") and (format == "text" or result.out.lower().count("fingerprint") >= found)
    files = ("--output", str(tmp_path / "report"), "--receipt", str(tmp_path / "receipt"))
    other = _run((*arguments, "--format", format, *files), planted, history)
    written = _files(tmp_path)
    assert len(written) >= 2
    assert_hidden(result.out, result.err, other.out, other.err, *written)


@pytest.mark.parametrize("format", [*FORMATS, None])
def test_no_gate_shows_a_secret_in_any_format(history: Repo, tmp_path: Path, format: str | None) -> None:
    options = ("-v", "--receipt", *(("--format", format) if format else ()))
    event = {"before": "", "after": history.git("rev-parse", "HEAD"), "ref": "x", "repository": {"default_branch": "x"}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    github = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}
    tag, zero = history.git("rev-parse", "v1"), "0" * 40
    for result in (
        history.run("ci", *options, env=github),
        history.run("ci", *options, env={"JENKINS_URL": "x"}),
        history.run("push", *options, "origin", "url", stdin=f"v1 {tag} refs/tags/v1 {zero}\n".encode()),
    ):
        assert result.code == 1 and "github-pat" in result.out
        assert_hidden(result.out, result.err)


@pytest.mark.parametrize("jobs", ["1", "4"])
@pytest.mark.parametrize("format", ["text", "json"])
def test_secrets_are_shown_to_those_who_ask(planted: Planted, history: Repo, format: str, jobs: str) -> None:
    for arguments in (("scan", "."), ("history",), ("staged",)):
        result = _run((*arguments, "--format", format, "--show-secrets", "--jobs", jobs), planted, history)
        shown = [secret for name, secret in CANARIES.items() if name in ("a token", "a password", "stripe")]
        assert all(secret in result.out for secret in shown)
        assert not any(secret in result.err for secret in shown)


def test_secrets_of_workers_are_shown_to_those_who_ask_and_only_to_them(tmp_path: Path) -> None:
    for number in range(2_100):
        (tmp_path / f"{number}.txt").write_text("nothing\n")
    (tmp_path / "zz.py").write_text(APP)
    open_, hidden = (
        redhanded("scan", ".", "--jobs", "4", "--format", "json", *more, cwd=tmp_path)
        for more in (("--show-secrets",), ())
    )
    assert CANARIES["a token"] in open_.out
    assert PASSWORD in open_.out
    assert_hidden(hidden.out, hidden.err)
    assert hidden.out.count('"rule_id"') == open_.out.count('"rule_id"') > 5


def test_standard_input_is_no_exception(tmp_path: Path) -> None:
    for format in _FORMATS:
        result = redhanded("scan", "-", "--format", format, "-v", cwd=tmp_path, stdin=(APP + KEY).encode())
        assert result.code == 1
        assert_hidden(result.out, result.err)


def _trouble(base: Path) -> dict[str, tuple[str, ...]]:
    return {
        "a report that cannot be written": ("scan", ".", "--output", str(base / "no" / "where")),
        "a receipt that cannot be written": ("scan", ".", "--receipt", str(base / "no" / "where")),
        "a full disk": ("scan", ".", "--output", "/dev/full"),
        "a rule file that is the secret": ("scan", ".", "--rules", "app.py"),
        "a key as a rule file": ("scan", ".", "--rules", "deep/id_rsa"),
        "an unknown rule": ("scan", ".", "--only", "nothing"),
        "a missing file": ("scan", "missing", "app.py"),
    }


@pytest.mark.parametrize("trouble", _trouble(Path("x")))
def test_no_error_quotes_a_secret(planted: Planted, tmp_path: Path, trouble: str) -> None:
    result = planted.repo.run(*_trouble(tmp_path)[trouble])
    assert result.code == 2
    assert "error:" in result.err and "Traceback" not in result.err
    assert_hidden(result.out, result.err, *_files(tmp_path))


def test_a_configuration_that_is_no_configuration_is_not_quoted(tmp_path: Path) -> None:
    (tmp_path / ".redhanded.yaml").write_text(f"{CANARIES['a token']}: [\n{PASSWORD}\n")
    result = redhanded("scan", ".", cwd=tmp_path)
    assert result.code == 2
    assert CANARIES["a token"] not in result.out + result.err
    assert PASSWORD not in result.out + result.err


def test_the_cache_holds_rules_and_nothing_else(planted: Planted, tmp_path: Path) -> None:
    result = planted.repo.run("scan", ".", env={"XDG_CACHE_HOME": str(tmp_path)})
    assert result.code == 1
    files = _files(tmp_path)
    assert len(files) >= 2
    assert_hidden(*files)


def test_nothing_is_written_into_the_repository(planted: Planted) -> None:
    before = {path: path.read_bytes() for path in planted.repo.path.rglob("*") if path.is_file()}
    planted.repo.run("staged")
    planted.repo.run("scan", ".")
    assert {path: path.read_bytes() for path in planted.repo.path.rglob("*") if path.is_file()} == before


def test_git_is_never_given_a_secret_as_an_argument(history: Repo, tmp_path: Path) -> None:
    real = subprocess.run(["which", "git"], capture_output=True, text=True).stdout.strip()
    log = tmp_path / "arguments"
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {log}\nenv >> {log}\nexec {real} "$@"\n')
    fake.chmod(0o755)
    result = history.run("history", env={"PATH": f"{fake.parent}:{os.environ['PATH']}"})
    assert result.code == 1
    assert log.stat().st_size > 100
    assert_hidden(log.read_bytes())


def test_names_of_refs_are_masked_even_when_the_values_have_stayed_in_a_worker(shared_cache: Path) -> None:
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    scanner = Scanner(compiled.rules, compiled.prefilter, 0.0)
    crossed: Finding = pickle.loads(pickle.dumps(scanner.scan_blob(Blob(FileOrigin(b"a"), APP.encode())).findings[0]))
    names = ("main", f"for/{CANARIES['a token']}", f"{STRIPE}", "zz\udce9")
    told = crossed._replace(exposure=Exposure(reach=(Refs("branch", 4, names),), tips=(Refs("tag", 1, names[1:2]),)))
    (made, other) = hidden((told, crossed), scanner)
    assert other == crossed and made.exposure is not None
    assert made.exposure.reach == (Refs("branch", 4, ("main", "for/ghp_********", "sk_l********", "zz\udce9")),)
    assert made.exposure.tips == (Refs("tag", 1, ("for/ghp_********",)),)
    assert hidden((crossed,), scanner) == (crossed,)
    harmless = crossed._replace(exposure=Exposure(reach=(Refs("branch", 1, ("main",)),)))
    assert hidden((harmless,), scanner) == (harmless,)


def test_no_value_of_the_library_shows_a_secret(shared_cache: Path) -> None:
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    blob = Blob(FileOrigin(b"app.py"), (APP + KEY).encode())
    result = Scanner(compiled.rules, compiled.prefilter, 0.0, show_secrets=True).scan_blob(blob)
    assert len(result.findings) > 8 and len(result.suppressed) == 1
    assert_hidden(repr(result), str(result), f"{result}", repr(blob))


def test_the_canary_would_be_noticed() -> None:
    for name, secret in CANARIES.items():
        for disguise in (
            secret,
            secret[::-1],
            secret.encode().hex(),
            base64.b64encode(f"k='{secret}'".encode()).decode(),
        ):
            with pytest.raises(AssertionError, match=name):
                assert_hidden(f"...{disguise}...")
