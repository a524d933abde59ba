"""A repository whose configuration names programs, and an environment that points elsewhere: neither has any effect."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.history.support import LINE, history, line, marker_script
from tests.support import Repo, redhanded

PROGRAMS = (
    *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy"),
    *("core.alternateRefsCommand", "diff.external", "diff.evil.command", "diff.evil.textconv", "credential.helper"),
    *("filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "merge.evil.driver", "interactive.diffFilter"),
    *("gpg.program", "gpg.openpgp.program", "gpg.ssh.program", "uploadpack.packObjectsHook", "sequence.editor"),
    *("pager.log", "pager.rev-list", "pager.cat-file", "pager.diff-tree", "trailer.evil.command", "man.evil.cmd"),
    *("alias.rev-list", "alias.cat-file", "alias.diff-tree", "alias.rev-parse", "alias.log", "alias.ls-tree"),
)
SETTINGS = {
    "log.showSignature": "true",
    "core.fsmonitorHookVersion": "2",
    "core.untrackedCache": "true",
    "diff.orderFile": "/nowhere",
    "diff.renames": "nonsense",
    "diff.noPrefix": "true",
    "diff.ignoreSubmodules": "all",
    "diff.algorithm": "nonsense",
    "log.diffMerges": "nonsense",
    "log.follow": "true",
    "log.date": "format:nothing",
    "color.ui": "always",
    "core.quotePath": "true",
    "core.commitGraph": "true",
    "core.useReplaceRefs": "true",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "pack.useBitmaps": "true",
    "transfer.hideRefs": "refs/heads",
    "uploadpack.hideRefs": "refs/heads",
    "submodule.recurse": "true",
    "feature.experimental": "true",
}
HOOKS = (
    "post-index-change",
    "reference-transaction",
    "post-checkout",
    "pre-auto-gc",
    "fsmonitor-watchman",
    "query-watchman",
)


@pytest.fixture
def hostile(repo: Repo, tmp_path: Path) -> Repo:
    """A repository with a secret in a signed commit, and with every trap set."""
    script, _ = marker_script(tmp_path)
    repo.add(".gitattributes", "* diff=evil filter=evil merge=evil\n")
    repo.add("app.py", LINE)
    data = f"tree {repo.git('write-tree')}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n"
    data += "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n\nsigned\n"
    made = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=data.encode())
    repo.git("update-ref", "refs/heads/main", made)
    for key in PROGRAMS:
        repo.git("config", key, f"!{script}" if key.startswith("alias.") else str(script))
    hooks = tmp_path / "hooks"
    for folder in (hooks, repo.path / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            (folder / name).write_bytes(script.read_bytes())
            (folder / name).chmod(0o755)
    repo.git("config", "core.hooksPath", str(hooks))
    for key, value in SETTINGS.items():
        repo.git("config", key, value)
    return repo


def test_no_program_that_the_repository_names_is_run(hostile: Repo, tmp_path: Path) -> None:
    expected = hostile.git("rev-parse", "main")
    mark = tmp_path / "it-ran"
    mark.unlink(missing_ok=True)
    result = hostile.run("history", "--jobs", "2")
    assert result.code == 1
    assert "INCOMPLETE" not in result.out
    assert expected[:12] in result.out
    assert not mark.exists(), mark.read_text()
    assert history(hostile).places == [("app.py", expected, 1)]
    for key in ("diff.renames", "diff.algorithm", "diff.orderFile"):
        hostile.git("config", "--unset", key)
    done = subprocess.run(["git", "--no-pager", "status"], cwd=hostile.path, capture_output=True)
    assert mark.exists(), done.stderr  # the traps are live


def test_a_signature_is_not_checked(hostile: Repo, tmp_path: Path) -> None:
    hostile.git("config", "--unset", "core.fsmonitor")
    mark = tmp_path / "it-ran"
    mark.unlink(missing_ok=True)
    assert history(hostile).code == 1
    assert not mark.exists()
    hostile.git("config", "--unset", "log.diffMerges")
    hostile.git("config", "--unset", "diff.algorithm")
    hostile.git("config", "--unset", "diff.renames")
    subprocess.run(["git", "--no-pager", "log", "-1"], cwd=hostile.path, capture_output=True)
    assert mark.exists()


def test_nothing_is_written_into_the_repository(repo: Repo) -> None:
    repo.add("app.py", LINE)
    repo.commit()

    def state() -> dict[str, tuple[int, int]]:
        files = (path for path in repo.path.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}

    before = state()
    assert repo.run("history").code == 1
    assert state() == before


def test_inherited_variables_point_nowhere(repo: Repo, tmp_path: Path) -> None:
    repo.add("app.py", LINE)
    made = repo.commit()
    other = Repo(tmp_path / "other")
    other.add("other.py", line("other"))
    other.commit()
    script, mark = marker_script(tmp_path)
    elsewhere = str(other.path / ".git")
    env = {
        "GIT_DIR": elsewhere,
        "GIT_COMMON_DIR": elsewhere,
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": f"{elsewhere}/index",
        "GIT_OBJECT_DIRECTORY": f"{elsewhere}/objects",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": f"{elsewhere}/objects",
        "GIT_NAMESPACE": "nothing",
        "GIT_SHALLOW_FILE": "/dev/null",
        "GIT_REPLACE_REF_BASE": "refs/heads/",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(script),
        "GIT_CONFIG_KEY_1": "core.bare",
        "GIT_CONFIG_VALUE_1": "nonsense",
        "GIT_CONFIG_PARAMETERS": "'core.bare'='nonsense'",
        "GIT_EXTERNAL_DIFF": str(script),
        "GIT_PAGER": str(script),
        "GIT_SSH_COMMAND": str(script),
        "GIT_TRACE": "1",
        "GIT_CEILING_DIRECTORIES": "/",
        "GIT_DEFAULT_HASH": "sha256",
    }
    seen = history(repo, env=env)
    assert seen.places == [("app.py", made, 1)]
    assert not mark.exists()
    assert redhanded("staged", cwd=repo.path, env={"GIT_DIR": elsewhere}).code == 0  # a hook's variables do count there


@pytest.mark.parametrize("place", ["a loose object", "a pack", "a link"])
def test_a_pipe_among_the_objects_is_an_error_and_no_endless_wait(repo: Repo, place: str) -> None:
    repo.add("a.py", LINE)
    repo.commit("first")
    blob = repo.git("rev-parse", "HEAD:a.py").strip()
    loose = repo.path / ".git/objects" / blob[:2] / blob[2:]
    if place == "a pack":
        repo.git("gc", "-q")
        loose = next((repo.path / ".git/objects/pack").glob("*.pack"))
    loose.unlink()
    pipe = repo.path / "pipe" if place == "a link" else loose
    os.mkfifo(pipe)
    if place == "a link":
        loose.symlink_to(pipe)
    for arguments in ([], ["--no-cache"], ["--all-objects"]):
        result = redhanded("history", *arguments, cwd=repo.path, timeout=60)
        assert result.code == 2
        assert "is no file, but a pipe" in result.err
        assert loose.name in result.err
