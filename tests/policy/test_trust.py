"""Hostile configurations: they run nothing, load nothing, read nothing outside of the repository, and stall nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanner.engine.allowing import Allower, AllowPattern
from tests.cli.support import RULE, assert_error
from tests.support import Repo, token

PAT = f'KEY = "{token()}"\n'


def small(repo: Repo, text: str) -> None:
    repo.add("a.py", PAT)
    repo.write(".redhanded.yaml", text)


@pytest.mark.parametrize("folders", [False, True])
def test_a_rule_file_is_not_read_through_a_link(repo: Repo, tmp_path: Path, folders: bool) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "acme.yaml").write_text(RULE)
    if folders:
        (repo.path / "security").symlink_to(outside)
    else:
        (repo.path / "security").mkdir()
        (repo.path / "security/acme.yaml").symlink_to(outside / "acme.yaml")
    small(repo, "rules: [security/acme.yaml]\n")
    result = repo.run("scan", "a.py")
    assert result.code == 2 and "Acme" not in result.err
    assert "links are not followed" in result.err or "is a link, and is not followed" in result.err


def test_an_error_quotes_nothing_of_a_file_outside(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "private.yaml").write_text("aws_secret: hunter2\n")
    for name in ("../private.yaml", str(tmp_path / "private.yaml"), "./../private.yaml", "a/../../private.yaml"):
        small(repo, f"rules: ['{name}']\n")
        result = repo.run("scan", "a.py")
        assert_error(result, "a rule file must be below this file's folder")
        assert "hunter2" not in result.err and "aws_secret" not in result.err


def test_a_folders_configuration_is_not_read_through_a_link(repo: Repo, tmp_path: Path) -> None:
    repo.add("sub/a.py", PAT)
    repo.commit()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / ".redhanded.yaml").write_text("aws_secret: hunter2\n")
    shutil.rmtree(repo.path / "sub")
    (repo.path / "sub").symlink_to(outside)
    for command in (("history",), ("scan", ".")):
        result = repo.run(*command)
        assert result.code == (1 if command == ("history",) else 0), result
        assert "hunter2" not in result.err + result.out


@pytest.mark.parametrize("kind", ["fifo", "folder", "link", "device"])
@pytest.mark.parametrize("name", ["sub/.redhanded.yaml", "rules.yaml"])
def test_what_is_no_file_is_refused_without_a_wait(repo: Repo, kind: str, name: str) -> None:
    repo.add("sub/a.py", PAT)
    path = repo.path / name
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/etc/passwd" if kind == "link" else "/dev/zero")
    repo.write(".redhanded.yaml", "rules: [rules.yaml]\n" if name == "rules.yaml" else "skip: []\n")
    for command in (("scan", "."), ("staged",)):
        result = repo.run(*command, timeout=30)
        assert result.code == 2 and result.err.startswith(f"error: {name}: "), result
        assert "root:" not in result.err


def test_a_rule_file_of_another_repository_is_not_read(repo: Repo) -> None:
    inner = Repo(repo.path / "inner")
    inner.write("acme.yaml", RULE)
    small(repo, "rules: [inner/acme.yaml]\n")
    assert_error(repo.run("scan", "a.py"), "there is no rule file 'inner/acme.yaml'", "other repositories' files")
    inner.write(".redhanded.yaml", "fail-on: never\n")
    inner.write("b.py", f'KEY = "{token(seed=2)}"\n')
    repo.write(".redhanded.yaml", "skip: []\n")
    assert "inner/b.py:1:8" in repo.run("scan", ".").out  # whose configuration is not that of this one


def test_a_huge_file_of_a_folder_is_refused_unread(repo: Repo) -> None:
    repo.add("sub/a.py", PAT)
    with open(repo.path / "sub/.redhanded.yaml", "wb") as file:
        file.truncate(100_000_000)
    result = repo.run("staged")
    assert result.code == 2
    assert "sub/.redhanded.yaml: is 100,000,000 bytes long; the limit is 262,144" in result.err


_WATCH = """
import sys
seen = []
def hook(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "os.system", "os.exec", "exec", "compile"):
        seen.append((event, str(args[:1])[:80]))
    if event in ("subprocess.Popen", "os.posix_spawn"):
        seen.append((event, str(args[0])))
    if event == "open" and isinstance(args[0], (str, bytes)):
        seen.append((event, str(args[0])))
from scanner.cli.main import main
import scanner.cli.scan, scanner.cli.settings, scanner.policy.layer, scanner.cli.rulefiles, regex
sys.addaudithook(hook)
code = main(["scan", "a.py", "--jobs", "1"])
for event, what in seen:
    print("SEEN", event, what, file=sys.stderr)
sys.exit(code)
"""


def test_no_program_and_no_network_whatever_a_configuration_names(repo: Repo, tmp_path: Path) -> None:
    """Python itself reports every file opened, program started and connection made."""
    private = tmp_path / "private"
    private.write_text("x")
    repo.write("security/acme.yaml", RULE)
    text = (
        "rules: [security/acme.yaml]\n"
        "allow:\n"
        f"  - {{value: 'file://{private}', reason: '$(touch {tmp_path}/ran) `id` http://127.0.0.1:9/x'}}\n"
        f"exclude: ['$(touch {tmp_path}/ran)', '{private}', '../private']\n"
        "custom-rules:\n"
        "  provider: '{{ 7*7 }}'\n"
        "  rules:\n"
        "    - {id: b, name: '__import__(\"os\")', description: d, severity: low, shape: 'bbb_{base62:20}',\n"
        "       verify: {url: 'http://127.0.0.1:9/'}, references: ['http://127.0.0.1:9/']}\n"
    )
    small(repo, text)
    done = subprocess.run(
        [sys.executable, "-c", _WATCH], cwd=repo.path, capture_output=True, text=True, env={**os.environ}, timeout=120
    )
    assert done.returncode == 1, done.stderr
    seen = [line.split(" ", 2) for line in done.stderr.splitlines() if line.startswith("SEEN")]
    opened = [what for _, event, what in seen if event == "open"]
    assert any("acme.yaml" in name for name in opened)
    assert not [line for line in seen if line[1] not in ("open", "exec", "compile")]
    assert not [name for name in opened if str(private) in name]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*,){30}x", "(?:(?:a?){30}){30}a{30}b"])
def test_a_pattern_that_takes_for_ever_has_its_time_and_no_more(pattern: str) -> None:
    allower = Allower([AllowPattern(pattern, True, frozenset(), "x.yaml:3")], seconds=0.5)
    began = time.monotonic()
    told = [allower("r", b"v", b"a" * 4000 + b"," * 4000 + b"!") for _ in range(100)]
    assert time.monotonic() - began < 10
    if told[-1].note:
        assert told[-1].note == "`allow` took too long: the pattern at x.yaml:3 was not tried"


def test_a_slow_pattern_allows_nothing_and_that_is_said(repo: Repo) -> None:
    slow = "".join(f"  - {{line: '(a+)+(b+)+$', reason: r{n}}}\n" for n in range(50))
    repo.add("a.py", f'KEY = "{token()}"  # {"a" * 3000}\n')
    repo.write(".redhanded.yaml", f"allow:\n{slow}")
    began = time.monotonic()
    result = repo.run("scan", "a.py", timeout=100)
    assert result.code == 1 and time.monotonic() - began < 60
    assert "`allow` took too long: the pattern at .redhanded.yaml:" in result.out


def test_thousands_of_patterns_do_not_stall_a_scan(repo: Repo) -> None:
    paths = "".join(f"  - 'd{n}/**/*x*y*z{n}'\n" for n in range(1000))
    repo.write(".redhanded.yaml", f"exclude:\n{paths}include:\n{paths}skip:\n" + "  - aws-*\n" * 1000)
    for n in range(200):
        repo.write(f"e/{n}/xyz.py", "x = 1\n")
    began = time.monotonic()
    assert repo.run("scan", ".").code == 0
    assert time.monotonic() - began < 40
