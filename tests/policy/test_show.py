"""`redhanded config`: what holds, and who says so; and what the hook's short cut makes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

import pytest

from scanner.policy.layer import KEYS, parse
from tests.cli.support import RULE, assert_error
from tests.staged.support import LINE, short_cut
from tests.support import ROOT, Repo, redhanded

PAGE = (ROOT / "docs/config.md").read_text(encoding="utf-8")


def test_the_page_shows_every_key_in_a_file_that_is_valid() -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    layer = parse(".redhanded.yaml", example.encode())
    assert layer.custom_rules and layer.allow[1].paths == ("*.html",)
    assert re.findall(r"^([a-z-]+):", example, re.MULTILINE) == [
        *("exclude", "include", "skip", "enable", "severity", "allow", "min-confidence", "fail-on", "max-file-size"),
        *("builtin-rules", "rules", "custom-rules", "markers"),
    ]
    assert all(f"\n{key}:" in f"\n{example}" for key in KEYS)


def values(
    repo: Repo, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> dict[str, list[tuple[str, str]]]:
    result = redhanded("config", "show", "--format", "json", *arguments, cwd=cwd or repo.path, env=env)
    assert (result.code, result.err) == (0, "")
    found: dict[str, list[tuple[str, str]]] = {}
    for one in json.loads(result.out)["values"]:
        place = f"{one['file']}:{one['line']}" if one["file"] else ""
        found.setdefault(one["key"], []).append((one["value"], place))
    return found


def test_each_value_is_shown_with_the_file_and_line_that_set_it(repo: Repo, tmp_path: Path) -> None:
    user = tmp_path / "etc/redhanded/config.yaml"
    user.parent.mkdir(parents=True)
    user.write_text("fail-on: never\nmin-confidence: 0.9\nskip: [github-pat, 'aws-*']\n")
    repo.write("security/acme.yaml", RULE)
    repo.write(
        ".redhanded.yaml",
        "# ours\nfail-on: proven\nenable:\n  - github-pat\nexclude: [a/]\n"
        "rules: [security/acme.yaml]\nmarkers:\n  ggshield: off\n",
    )
    repo.write("a/b/c.py", "")
    repo.write("x/.redhanded.yaml", "exclude: ['*.lock']\n")
    repo.write("x/y/z.lock", "")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "etc")}
    for cwd in (repo.path, repo.path / "x/y"):
        found = values(repo, cwd=cwd, env=env)
        assert found["fail-on"] == [("proven", ".redhanded.yaml:2")]
        assert found["min-confidence"] == [("0.9", f"{user}:2")]
        assert found["max-file-size"] == [("512 MiB", "")]
        assert found["enable"] == [("github-pat", ".redhanded.yaml:4")]
        assert found["exclude"] == [("a/", ".redhanded.yaml:5")]
        assert found["rules"] == [("security/acme.yaml", ".redhanded.yaml:6")]
        assert ("ggshield: off", ".redhanded.yaml:8") in found["markers"]
    assert values(repo, "--path", "x/y", env=env)["exclude"][1] == ("*.lock  (below x/)", "x/.redhanded.yaml:1")
    told = repo.run("config", "show", "--path", "x/y/z.lock", env=env).out
    assert "x/y/z.lock: left out, by *.lock in x/.redhanded.yaml:1\n" in told
    assert "a/b/c.py: left out, by a/ in .redhanded.yaml:5\n" in repo.run("config", "show", "--path", "a/b/c.py").out
    assert re.search(r"^  fail-on +proven +\.redhanded\.yaml:2$", told, re.MULTILINE)


def test_without_any_file_all_is_built_in(repo: Repo) -> None:
    assert {place for shown in values(repo).values() for _, place in shown} == {""}


def test_a_path_that_is_not_there_and_a_wrong_file_are_errors(repo: Repo) -> None:
    assert_error(repo.run("config", "show", "--path", "no.py"), "no.py: there is no such file or folder")
    assert_error(repo.run("config", "show", "--pth", "a"), "has no option '--pth'", "did you mean --path?")
    assert repo.run("config").code == 2
    repo.write("x/.redhanded.yaml", "rules: [a.yaml]\n")
    assert_error(repo.run("config", "show", "--path", "x"), "x/.redhanded.yaml:1: `rules` holds for a whole run")


def test_the_schema_is_printed(repo: Repo) -> None:
    result = repo.run("config", "schema")
    assert json.loads(result.out)["title"] == ".redhanded.yaml"


@pytest.mark.parametrize("name", ["sub/.redhanded.yaml", "sub/deep/.redhanded.yaml"])
def test_the_hooks_short_cut_steps_aside_for_a_file_in_a_folder(repo: Repo, name: str) -> None:
    repo.add("sub/deep/a.py", "x = 1\n")
    assert short_cut(repo.path) == 0
    repo.write(name, "exlude: []\n")
    assert short_cut(repo.path) is None
    assert repo.run("staged").code == 2


@pytest.mark.parametrize("name", [".redhanded.yaml", "sub/.redhanded.yaml"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "# nothing yet\n",
        "  # \u00e9 \u6f22\r\n\r\n#x",
        (ROOT / "scanner/cli/init/texts/redhanded.yaml").read_text(),
    ],
    ids=["empty", "blank", "comment", "other letters", "of init"],
)
def test_the_hooks_short_cut_goes_on_where_only_comments_stand(repo: Repo, name: str, text: str) -> None:
    repo.add("sub/a.py", "x = 1\n")
    repo.write(name, text)
    assert short_cut(repo.path) == 0
    assert short_cut(repo.path / "sub") == 0
    assert repo.run("staged", "-v").code == 0


@pytest.mark.parametrize(
    "text", ["#\x07\n", "\t# a\n", "# a\n---\n", "#\n%YAML 9\n", "# a\rexlude: []\n", "# \x85exlude: []\n"]
)
def test_what_is_not_surely_a_comment_is_read_by_the_full_command(repo: Repo, text: str) -> None:
    repo.add("a.py", "x = 1\n")
    repo.write(".redhanded.yaml", text.encode("utf-8"))
    assert short_cut(repo.path) is None


HARMLESS = ("exclude: [vendor/]\n", "skip: [generic-*]\nfail-on: never\n", "enable: [generic-*]\nmin-confidence: 0\n")
NOT_SURELY = ("builtin-rules: on\n", "max-file-size: 3\n", f"custom-rules:\n{indent(RULE, '  ')}\n")


@pytest.mark.parametrize("text", HARMLESS)
def test_a_configuration_that_only_silences_is_looked_at_once(repo: Repo, text: str) -> None:
    repo.add("a.py", "x = 1\n")
    repo.write(".redhanded.yaml", text)
    assert short_cut(repo.path) is None
    assert repo.run("staged").code == 0  # writes down what it thinks of it
    assert short_cut(repo.path) == 0
    repo.write(".redhanded.yaml", f"{text}exlude: []\n")
    assert short_cut(repo.path) is None
    assert repo.run("staged").code == 2
    repo.write("sub/.redhanded.yaml", text)  # what is in order at the root is not in a folder
    repo.add("sub/a.py", "x = 1\n")
    repo.write(".redhanded.yaml", text)
    assert short_cut(repo.path) is None


@pytest.mark.parametrize("text", NOT_SURELY)
def test_a_configuration_that_may_find_more_is_looked_at_each_time(repo: Repo, text: str) -> None:
    repo.add("a.py", "x = 1\n")
    repo.write(".redhanded.yaml", text)
    for _ in range(2):
        repo.run("staged")
        assert short_cut(repo.path) is None


def test_a_folders_configuration_is_looked_at_once(repo: Repo) -> None:
    repo.write("sub/.redhanded.yaml", "exclude: [b.py]\n")
    repo.add("sub/a.py", "x = 1\n")
    assert repo.run("staged").code == 0
    assert short_cut(repo.path) == 0
    repo.add("sub/a.py", LINE)
    assert repo.run("staged").code == 1


def test_other_options_prove_nothing_to_the_hook(repo: Repo) -> None:
    repo.add("a.py", "x = 1\n")
    repo.write(".redhanded.yaml", "skip: [acme-key]\n")
    repo.write("acme.yaml", RULE)
    assert repo.run("staged", "--rules", "acme.yaml").code == 0
    assert short_cut(repo.path) is None
    assert repo.run("staged").code == 2


def test_the_hooks_short_cut_does_not_mind_the_files_of_other_folders(repo: Repo) -> None:
    repo.add("sub/a.py", "x = 1\n")
    repo.write("other/.redhanded.yaml", "exlude: []\n")
    assert short_cut(repo.path) == 0
    assert repo.run("staged", "-v").code == 0


def test_the_hooks_short_cut_steps_aside_for_the_users_file(repo: Repo) -> None:
    repo.add("a.py", "x = 1\n")
    user = Path.home() / ".config/redhanded/config.yaml"
    user.parent.mkdir(parents=True)
    user.write_text("exlude: []\n")
    assert short_cut(repo.path) is None
    assert repo.run("staged").code == 2
