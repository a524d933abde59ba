"""A hostile repository: its attributes and its configuration run nothing, hide nothing and change nothing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tests.staged.support import LINE, NUMBERED, OTHER, marker_script, staged
from tests.support import Repo


@pytest.fixture
def hostile(repo: Repo, tmp_path: Path) -> tuple[Repo, Path]:
    """A repository whose configuration names a program for everything that git can be made to run, and the mark that
    the program leaves.
    """
    script, mark = marker_script(tmp_path)
    repo.add("app.py", f"{LINE}a = 1\n")
    repo.add("gone.py", NUMBERED)
    repo.commit()
    repo.add("app.py", f"{LINE}a = 2\n{OTHER}")
    repo.git("mv", "gone.py", "here.py")
    repo.add("here.py", f"{NUMBERED}{OTHER}")
    repo.add(".gitattributes", "* diff=evil filter=evil merge=evil\n")
    hooks = repo.path / "my-hooks"
    hooks.mkdir()
    for name in ("pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout"):
        os.symlink(script, hooks / name)
        os.symlink(script, repo.path / ".git/hooks" / name)
    settings = {
        **dict.fromkeys(
            [
                *("core.fsmonitor", "core.pager", "core.editor", "core.askPass", "core.sshCommand", "core.gitProxy"),
                *(
                    "core.alternateRefsCommand",
                    "diff.external",
                    "diff.evil.command",
                    "diff.evil.textconv",
                    "pager.diff",
                ),
                *("diff.guitool", "difftool.evil.cmd", "interactive.diffFilter", "filter.evil.clean"),
                *("filter.evil.smudge", "filter.evil.process", "merge.evil.driver", "gpg.program", "gpg.ssh.program"),
                *(
                    "credential.helper",
                    "uploadpack.packObjectsHook",
                    "alias.cat-file",
                    "alias.rev-parse",
                    "pager.cat-file",
                ),
            ],
            str(script),
        ),
        "alias.diff": f"!{script}",
        "core.hooksPath": str(hooks),
        "diff.evil.cachetextconv": "true",
        "diff.evil.binary": "true",
        "filter.evil.required": "true",
        "log.showSignature": "true",
        "diff.tool": "evil",
        "submodule.recurse": "true",
    }
    for name, value in settings.items():
        repo.git("config", name, value)
    mark.unlink(missing_ok=True)
    return repo, mark


@pytest.mark.parametrize(
    "arguments", [[], ["--whole-file"], ["here.py", "app.py"]], ids=["all", "whole files", "named"]
)
def test_no_program_that_the_configuration_names_is_run(hostile: tuple[Repo, Path], arguments: list[str]) -> None:
    repo, mark = hostile
    seen = staged(repo, *arguments)
    assert [place for place in seen.places if place[1] != 1] == [("app.py", 3), ("here.py", 41)]
    assert not mark.exists(), mark.read_text()


def test_the_programs_would_run_if_git_were_asked_plainly(hostile: tuple[Repo, Path]) -> None:
    # Else the test above would prove nothing.
    repo, mark = hostile
    import subprocess

    subprocess.run(["git", "diff", "--cached"], cwd=repo.path, capture_output=True)
    assert mark.exists()


@pytest.mark.parametrize("url", ["ext::{script}", "file://{elsewhere}"])
def test_an_object_that_is_missing_is_not_fetched_by_the_configuration_s_means(
    repo: Repo, tmp_path: Path, url: str
) -> None:
    script, mark = marker_script(tmp_path)
    Repo(tmp_path / "elsewhere").commit("empty", "--allow-empty")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{'12' * 20},app.py")
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": url.format(script=script, elsewhere=tmp_path / "elsewhere"),
        "remote.origin.uploadpack": str(script),
        "protocol.ext.allow": "always",
        "protocol.file.allow": "always",
    }.items():
        repo.git("config", name, value)
    seen = staged(repo)
    assert (seen.code, seen.skipped) == (3, {"app.py": "missing-object"})
    assert not mark.exists(), mark.read_text()


@pytest.mark.parametrize(
    "attributes", ["* binary", "* -diff", "* -text", "* diff=evil", "* diff=python", "* working-tree-encoding=UTF-16"]
)
def test_an_attribute_hides_no_line(repo: Repo, attributes: str) -> None:
    repo.git("config", "diff.evil.textconv", "true")  # prints nothing: to git, files would look alike
    repo.git("config", "diff.evil.command", "true")
    repo.add("app.py", f"{LINE}a = 1\n")
    repo.commit()
    oid = repo.git("hash-object", "-w", "--stdin", stdin=f"{LINE}a = 2\n{OTHER}".encode())
    repo.git("update-index", "--cacheinfo", f"100644,{oid},app.py")
    repo.write(".gitattributes", f"{attributes}\n")
    assert staged(repo).places == [("app.py", 3)]


def test_content_that_looks_binary_is_compared_line_by_line(repo: Repo) -> None:
    repo.add("app.bin", b"\0\1\2\n" + LINE.encode() + b"\0\n")
    repo.commit()
    repo.add("app.bin", b"\0\1\3\n" + LINE.encode() + b"\0\n" + OTHER.encode())
    assert staged(repo).places == [("app.bin", 4)]


SETTINGS = {
    "more context": {"diff.context": "100"},
    "hunks joined": {"diff.interHunkContext": "100"},
    "order of files": {"diff.orderFile": "/nowhere/at/all"},
    "large files": {"core.bigFileThreshold": "1"},
    "line ends": {"core.autocrlf": "true", "core.whitespace": "cr-at-eol", "diff.wsErrorHighlight": "all"},
    "colours": {"color.ui": "always", "color.diff": "always", "diff.colorMoved": "zebra"},
    "names": {"core.quotePath": "true", "core.ignoreCase": "true", "core.precomposeUnicode": "true"},
    "style": {
        "diff.noprefix": "true",
        "diff.suppressBlankEmpty": "true",
        "diff.statGraphWidth": "1",
        "diff.algorithm": "patience",
        "diff.wordRegex": ".",
        "diff.dirstat": "lines,0",
        "diff.submodule": "diff",
        "core.abbrev": "4",
        "core.attributesFile": "/nowhere/at/all",
    },
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_setting_changes_nothing_of_what_is_found(repo: Repo, settings: dict[str, str]) -> None:
    repo.add("caf\u00e9.py", f"a = 1\nb = 1\n{LINE}c = 1\nd = 1\n")
    repo.commit()
    repo.add("caf\u00e9.py", f"{OTHER}a = 1\nb = 2\n{LINE}c = 2\nd = 1\n")
    for name, value in settings.items():
        repo.git("config", name, value)
    assert staged(repo).places == [("caf\u00e9.py", 1)]


def test_a_file_named_like_an_object_does_not_confuse_the_comparison(repo: Repo) -> None:
    repo.add("app.py", f"{LINE}a = 1\n")
    repo.commit()
    repo.write(repo.git("rev-parse", "HEAD:app.py"), "")
    repo.add("app.py", f"{LINE}a = 2\n{OTHER}")
    repo.write(repo.git("rev-parse", ":app.py"), "")
    assert staged(repo).places == [("app.py", 3)]


def test_a_replaced_object_is_read_as_it_is(repo: Repo) -> None:
    repo.add("app.py", LINE)
    harmless = repo.git("hash-object", "-w", "--stdin", stdin=b"a = 1\n")
    repo.git("replace", repo.git("rev-parse", ":app.py"), harmless)
    assert staged(repo).places == [("app.py", 1)]


def fingerprint(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return every file below a folder with its content, mode, modification time and inode."""
    found: dict[str, tuple[object, ...]] = {}
    for top, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(top) / name
            status = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            found[str(path)] = (content, status.st_mode, status.st_mtime_ns, status.st_ino)
    return found


@pytest.mark.parametrize("arguments", [[], ["-v"], ["--whole-file"], ["app.py", "new.py"]], ids=" ".join)
def test_nothing_is_written_into_the_repository(repo: Repo, arguments: list[str]) -> None:
    repo.add("app.py", f"{LINE}a = 1\n")
    repo.add("old.py", NUMBERED)
    repo.commit()
    repo.add("app.py", f"{LINE}a = 2\n{OTHER}")
    repo.git("mv", "old.py", "new.py")
    repo.add("new.py", f"{NUMBERED}{OTHER}")
    os.utime(repo.path / "app.py", (1, 1))  # so that git would like to refresh the index
    before = fingerprint(repo.path)
    assert repo.run("staged", *arguments).code == 1
    assert fingerprint(repo.path) == before


def test_nothing_is_written_into_the_repository_by_a_clean_run(repo: Repo) -> None:
    repo.add("app.py", "a = 1\n")
    os.utime(repo.path / "app.py", (1, 1))
    before = fingerprint(repo.path)
    assert repo.run("staged").code == 0
    assert fingerprint(repo.path) == before


def test_a_module_in_the_repository_is_not_taken_for_one_of_ours(repo: Repo, tmp_path: Path) -> None:
    import subprocess
    import sys

    mark = tmp_path / "it-ran"
    for name in ("re", "regex", "yaml", "json", "hyperscan", "zlib", "argparse", "sitecustomize", "scanner"):
        repo.add(f"{name}.py", f"open({str(mark)!r}, 'w')\n")
    repo.add("app.py", LINE)
    program = Path(sys.executable).parent / "redhanded"
    if not program.exists():
        pytest.skip("redhanded is not installed as a program here")
    done = subprocess.run([program, "staged"], cwd=repo.path, capture_output=True)
    assert (done.returncode, mark.exists()) == (1, False)
