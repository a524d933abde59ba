"""Wrong command lines and wrong rules: each is refused with exit code 2, and the message says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.cli.main import main
from tests.cli.support import RULE, assert_error, plant, shell
from tests.support import Repo, redhanded

COMMAND_LINES = {
    "unknown-command": (["scna"], "no command 'scna'", "did you mean `redhanded scan`?"),
    "unknown-command-far": (["xyzzy"], "no command 'xyzzy'", "commands: staged, scan, history, ci, push, why, "),
    "unknown-option": (["scan", "--fromat", "json"], "no option '--fromat'", "did you mean --format?"),
    "unknown-option-with-value": (["scan", "--formt=json"], "no option '--formt=json'", "did you mean --format?"),
    "unknown-option-far": (["history", "--zzz"], "no option '--zzz'", "`redhanded history --help` shows the options"),
    "unknown-option-below": (["rules", "list", "--frmat", "json"], "no option '--frmat'", "did you mean --format?"),
    "unknown-action": (["rules", "lst"], "invalid choice: 'lst'", "`redhanded rules --help`"),
    "no-action": (["rules"], "list|show|check|profile", "`redhanded rules --help`"),
    "abbreviation": (["scan", "--verb"], "no option '--verb'", "did you mean --verbose?"),
    "one-too-many": (["history", ".", "b"], "unexpected argument 'b'", "`redhanded history --help`"),
    "wrong-format": (["scan", "--format", "xml"], "invalid choice: 'xml'", "text"),
    "wrong-gate": (["scan", "--fail-on", "certain"], "invalid choice: 'certain'", "proven"),
    "no-jobs": (["scan", "--jobs", "0"], "'0' is not a number from 1 to 1024", "--help"),
    "negative-jobs": (["scan", "--jobs=-1"], "'-1' is not a number from 1 to 1024", "--help"),
    "odd-digits": (["scan", "--jobs", "\u0663"], "is not a number from 1 to 1024", "--help"),
    "value-missing": (["scan", "--only"], "--only: needs a value", "--help"),
    "unknown-rule-only": (["scan", "--only", "github-pt"], "no rule 'github-pt'", "did you mean github-pat?"),
    "unknown-rule-skip": (["scan", "--skip", "zzzzzzzz"], "no rule 'zzzzzzzz'", "`redhanded rules list`"),
    "unknown-rule-family": (["scan", "--only", "zzzz-*"], "no rule 'zzzz-*'", "`redhanded rules list`"),
    "unknown-rule-show": (["rules", "show", "github-pt"], "no rule 'github-pt'", "did you mean github-pat?"),
    "no-rule-left": (["scan", "--only", "github-pat", "--skip", "github-*"], "no rule is left", "--only"),
    "no-rules": (["scan", "--no-builtin-rules"], "--no-builtin-rules leaves no rules", "--rules"),
    "rules-missing": (["scan", "--rules", "gone.yaml"], "--rules gone.yaml: No such file", "name a rule file"),
    "rules-empty-folder": (["scan", "--rules", "empty"], "--rules empty: the folder has no .yaml", "rules"),
    "rules-folder-in-folder": (["scan", "--rules", "odd"], "--rules odd/sub.yaml: Is a directory", "rule file"),
    "stdin-and-paths": (["scan", "-", "empty"], "standard input", "./-"),
    "output-is-folder": (["scan", "--output", "empty"], "--output empty: is a folder", "name a file"),
    "output-nowhere": (["scan", "--output", "no/such/r.txt"], "there is no folder no/such", "create it"),
    "output-unnamed": (["scan", "--output", ""], "--output '': is an empty name", "name a file"),
    "output-through-link": (["scan", "--output", "link"], "--output link: is a link", "name a file"),
    "receipt-is-folder": (["scan", "--receipt", "empty"], "--receipt empty: is a folder", "name a file"),
    "receipt-over-source": (
        ["scan", "--receipt", "app.py"],
        "app.py: this file exists and is no receipt",
        "--receipt=-",
    ),
    "missing-path": (["scan", "gone.py"], "gone.py: No such file or directory", "or - for standard input"),
    "missing-below-file": (["scan", "app.py/x"], "app.py/x: Not a directory", "exists"),
    "unnamed-path": (["scan", ""], "(an empty name)", "exists"),
    "broken-link": (["scan", "broken"], "broken is a link that leads nowhere", "name a file"),
    "looping-link": (["scan", "self"], "self is a link that leads nowhere", "name a file"),
    "escape-sequence": (["scan", "\x1b[2Jgone"], r"\x1b[2Jgone: No such file", "exists"),
    "escape-in-command": (["\x1b[2J"], r"no command '\x1b[2J'", "commands:"),
    "escape-in-option": (["scan", "--\x1b[2J"], r"no option '--\x1b[2J'", "--help"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one of each kind of trouble, and a secret that no refused command line may report."""
    plant(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd" / "sub.yaml").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "self").symlink_to("self")
    return tmp_path


@pytest.mark.parametrize(("arguments", "problem", "help"), COMMAND_LINES.values(), ids=COMMAND_LINES.keys())
def test_a_wrong_command_line_is_refused_with_advice(
    folder: Path, arguments: list[str], problem: str, help: str
) -> None:
    before = sorted(folder.rglob("*"))
    result = redhanded(*arguments, cwd=folder)
    error, advice = result.err.split("\nhelp:  ")
    assert_error(result)
    assert problem in error
    assert help in error + advice
    assert "\x1b" not in result.err
    assert sorted(folder.rglob("*")) == before


def test_no_arguments_at_all_show_the_commands_and_fail(tmp_path: Path) -> None:
    result = redhanded(cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert "usage: redhanded COMMAND" in result.err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["help"], ["--version"], ["scan", "--help"]], ids=" ".join)
def test_help_and_version_are_no_failure(tmp_path: Path, arguments: list[str]) -> None:
    result = redhanded(*arguments, cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert "redhanded" in result.out


# A NUL byte cannot come through a system call that starts a program, but it can through Python.
@pytest.mark.parametrize(
    "arguments",
    [["scan", "a\0b"], ["scan", "--rules", "a\0b"], ["scan", "--output", "a\0b"], ["history", "a\0b"], ["a\0b"]],
    ids=["path", "rules", "output", "repository", "command"],
)
def test_a_nul_byte_in_an_argument_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "error: an argument holds a NUL byte" in capsys.readouterr().err


def test_a_folder_that_was_deleted_under_the_command_is_said(tmp_path: Path) -> None:
    result = shell("mkdir gone; cd gone; rmdir ../gone; $R scan", tmp_path)
    assert_error(result, "the current folder has been deleted")


BAD_RULES = {
    "yaml-error": (RULE + "    tags: [a, b\n", "mine.yaml:9: not valid YAML"),
    "unknown-key": (RULE + "    entropy: 3\n", "mine.yaml:8: unknown key 'entropy'"),
    "unbounded": (RULE.replace("shape: 'acme_{base62:20}'", "pattern: 'acme_[a-z]+'"), "mine.yaml:3: "),
    "duplicate-key": (RULE + "    name: x\n", "mine.yaml:8: the key 'name' occurs twice"),
    "id-taken": (RULE.replace("acme-key", "github-pat"), "mine.yaml:3: rule 'github-pat': the id is taken by rules/"),
    "alias": ("a: &a [x]\nb: *a\n", "mine.yaml:2: aliases (*name) are not allowed"),
    "not-a-mapping": ("- x\n", "mine.yaml:1: a mapping"),
    "empty": ("", "mine.yaml: `provider` is missing"),
    "too-long": ("#" * (5 << 20), "mine.yaml: is"),
}


@pytest.mark.parametrize(("text", "problem"), BAD_RULES.values(), ids=BAD_RULES.keys())
def test_a_wrong_rule_file_stops_the_run_and_names_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    plant(tmp_path)
    (tmp_path / "mine.yaml").write_text(text)
    result = redhanded("scan", "app.py", "--rules", "mine.yaml", cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert f"error: {problem}" in result.err


@pytest.mark.parametrize("command", [("staged",), ("history",), ("rules", "list")], ids=" ".join)
def test_every_command_refuses_a_wrong_rule_file(repo: Repo, command: tuple[str, ...]) -> None:
    repo.add("app.py", "x = 1\n")
    repo.commit()
    repo.write("mine.yaml", BAD_RULES["unknown-key"][0])
    assert_error(repo.run(*command, "--rules", "mine.yaml"), BAD_RULES["unknown-key"][1], "did you mean 'min_entropy'?")


def test_a_rule_file_without_rules_scans_with_nothing_and_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("provider: Acme\nrules: []\n")
    assert_error(
        redhanded("scan", "--no-builtin-rules", "--rules", "mine.yaml", cwd=tmp_path),
        "the files of --rules hold no rules",
    )


@pytest.mark.parametrize("make", [lambda p: p, lambda p: p.parent], ids=["file", "folder"])
def test_rules_of_ones_own_find_their_secrets_beside_the_built_in_ones(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    (tmp_path / "rules").mkdir()
    mine = tmp_path / "rules" / "mine.yaml"
    mine.write_text(RULE)
    plant(tmp_path)
    (tmp_path / "acme.py").write_text('K = "acme_' + "Zx8Qv3Lm1Rt7Kp2Nw5Yb" + '"\n')
    rules = str(make(mine))
    both = redhanded("scan", "--rules", rules, "app.py", "acme.py", cwd=tmp_path)
    assert both.code == 1
    assert "[github-pat]" in both.out and "[acme-key]" in both.out
    alone = redhanded("scan", "--no-builtin-rules", "--rules", rules, "app.py", "acme.py", cwd=tmp_path)
    assert alone.code == 1
    assert "[github-pat]" not in alone.out and "[acme-key]" in alone.out


def test_options_may_stand_between_paths(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    plant(tmp_path, "b.py")
    result = redhanded("scan", "a.py", "--format", "text", "b.py", "-v", cwd=tmp_path)
    assert result.code == 1
    assert "a.py:1:" in result.out and "b.py:1:" in result.out
