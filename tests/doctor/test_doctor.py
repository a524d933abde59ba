"""`redhanded doctor` says what is broken, whatever it is, proves that the hook blocks, and leaves no trace."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.doctor.support import CALL, PLAIN, doctor, install, picture
from tests.support import ROOT, Repo, redhanded


@pytest.fixture
def hooked(repo: Repo) -> Repo:
    install(repo)
    repo.add("app.py", "a = 1\n")
    repo.commit()
    return repo


def test_all_is_well_with_a_hook_that_calls_redhanded(hooked: Repo) -> None:
    found = doctor(hooked)
    assert found.code == 0
    proven = ("hook", "staged", "blocks", "scan", "history", "ci")
    assert {found.verdicts[name] for name in proven} == {"ok"}
    assert "on a temporary index of this repository" in found.words["blocks"]


def test_it_leaves_the_repository_as_it_was_and_no_file_behind(hooked: Repo, tmp_path: Path) -> None:
    hooked.git("config", "core.splitIndex", "true")
    hooked.git("config", "core.untrackedCache", "true")
    hooked.add("staged.py", "b = 1\n")
    hooked.write("app.py", "a = 2\n")
    hooked.write("untracked.py", "c = 1\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before = picture(hooked.path)
    assert doctor(hooked, env={"TMPDIR": str(temporary)}).code == 0
    assert picture(hooked.path) == before
    assert not list(temporary.iterdir())


def test_a_hook_of_more_than_redhanded_is_tried_in_a_repository_of_its_own(hooked: Repo) -> None:
    install(
        hooked, f"#!/bin/sh\necho x > made-by-the-hook\ngit add made-by-the-hook\n./lint.sh || exit 1\nexec {CALL}\n"
    )
    hooked.write("lint.sh", "#!/bin/sh\ngrep -q 1 app.py\n")
    (hooked.path / "lint.sh").chmod(0o755)
    hooked.git("add", "lint.sh")
    before = picture(hooked.path)
    found = doctor(hooked)
    assert (found.code, found.verdicts["blocks"]) == (0, "ok")
    assert "temporary repository with your history and copies of your files" in found.words["blocks"]
    assert picture(hooked.path) == before


@pytest.mark.parametrize(("called", "verdict"), [(f"exec {CALL}", "ok"), ("exit 0", "broken")], ids=["does", "not"])
def test_a_hook_may_call_what_calls_redhanded(hooked: Repo, called: str, verdict: str) -> None:
    install(hooked, "#!/bin/sh\nexec ./check.sh\n")
    hooked.write("check.sh", f"#!/bin/sh\n{called}\n")
    (hooked.path / "check.sh").chmod(0o755)
    hooked.git("add", "check.sh")
    found = doctor(hooked)
    assert found.verdicts["hook"] == "warning" and "the trial tells" in found.words["hook"]
    assert (found.verdicts["blocks"], found.code) == (verdict, int(verdict == "broken"))


@pytest.mark.parametrize("detached", [False, True])
def test_a_hook_finds_the_history_and_nothing_but_the_secret_staged(hooked: Repo, detached: bool) -> None:
    hooked.add("app.py", "a = 10\n")
    head = hooked.commit("before")
    hooked.git("tag", "v1")
    hooked.add("app.py", "a = 20\n")  # staged, and not for the trial
    if detached:
        hooked.git("checkout", "-q", "--detach")
    install(
        hooked,
        f"""#!/bin/sh
test "$(git rev-parse HEAD v1)" = "{head}
{head}" || exit 7
test "$(git log -1 --format=%s)" = before || exit 8
test "$(git diff --cached --name-only)" = redhanded_doctor_planted.py || exit 9
git stash -q --keep-index && git stash pop -q || exit 10
{CALL} || exit 1
""",
    )
    before = picture(hooked.path)
    found = doctor(hooked)
    assert found.verdicts["blocks"] == "ok", found.words["blocks"]
    assert picture(hooked.path) == before


def test_a_hook_is_told_the_branch_that_one_is_on(hooked: Repo) -> None:
    hooked.git("checkout", "-q", "-b", "topic/one")
    install(hooked, f'#!/bin/sh\ntest "$(git symbolic-ref --short HEAD)" = topic/one || exit 3\nexec {CALL}\n')
    assert doctor(hooked).code == 0
    hooked.git("checkout", "-q", "--detach")
    assert "exit 3" in doctor(hooked).words["blocks"]


@pytest.mark.parametrize("name", ["HEAD", "index", "config"])
def test_a_repository_that_is_damaged(hooked: Repo, name: str) -> None:
    (hooked.path / ".git" / name).write_bytes(b"\0nonsense")
    before = picture(hooked.path)
    found = doctor(hooked)
    assert found.verdicts["repository"] == ("ok" if name == "index" else "broken")
    assert picture(hooked.path) == before


def test_nowhere_to_put_anything(hooked: Repo) -> None:
    found = doctor(hooked, env={"HOME": "", "XDG_CACHE_HOME": ""})
    assert found.verdicts["cache"] == "warning"


def test_no_hook_is_broken_unless_none_is_wanted(repo: Repo) -> None:
    found = doctor(repo)
    assert (found.code, found.verdicts["hook"]) == (1, "broken")
    assert "redhanded init" in found.words["hook"]
    found = doctor(repo, "--no-hook")
    assert (found.code, "hook" in found.verdicts, found.verdicts["staged"]) == (0, False, "ok")


@pytest.mark.parametrize(
    ("text", "check", "words"),
    [
        ("#!/bin/sh\nexit 0\n", "hook", "does not call redhanded"),
        (f"#!/bin/sh\n{CALL}\nexit 0\n", "blocks", "let a planted secret through"),
        ("#!/nowhere/sh\nredhanded staged\n", "blocks", "No such file"),
    ],
    ids=["calls something else", "forgets the exit code", "cannot be started"],
)
def test_a_hook_that_does_not_block_is_told(hooked: Repo, text: str, check: str, words: str) -> None:
    install(hooked, text)
    found = doctor(hooked)
    assert (found.code, found.verdicts[check]) == (1, "broken")
    assert words in found.words[check]


def test_a_hook_that_fails_for_another_reason_is_not_proven(hooked: Repo) -> None:
    install(hooked, f"#!/bin/sh\necho it is monday, $npm_config_offline\nexit 1\n{CALL}\n")
    found = doctor(hooked)
    assert found.verdicts["blocks"] == "warning"
    assert "not proven" in found.words["blocks"] and "it is monday, true" in found.words["blocks"]


def test_a_hook_that_git_passes_over_is_told(hooked: Repo) -> None:
    install(hooked, mode=0o644)
    found = doctor(hooked)
    assert found.verdicts["hook"] == "broken" and "chmod +x" in found.words["hook"]
    (hooked.path / ".git/hooks/pre-commit").unlink()
    (hooked.path / ".git/hooks/pre-commit").symlink_to("nowhere")
    assert doctor(hooked).verdicts["hook"] == "broken"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only the administrator gives files away")
def test_what_belongs_to_someone_else_is_not_run(hooked: Repo, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    path = install(hooked, f"#!/bin/sh\necho > {mark}\nexec {CALL}\n")
    os.chown(path, 12345, 12345)
    found = doctor(hooked)
    assert found.verdicts["hook"] == "broken" and "belongs to another user" in found.words["hook"]
    os.chown(path, 0, 0)
    os.chown(hooked.path, 12345, 12345)
    os.chown(hooked.path / ".git", 12345, 12345)
    found = doctor(hooked)
    assert found.verdicts["repository"] == "broken" and "safe.directory" in found.words["repository"]
    assert not mark.exists()


def test_core_hooks_path_is_followed_and_told(hooked: Repo) -> None:
    hooked.git("config", "core.hooksPath", ".githooks")
    assert doctor(hooked).verdicts["hook"] == "broken"
    install(hooked, name=".githooks/pre-commit")
    found = doctor(hooked)
    assert found.code == 0 and "core.hooksPath = .githooks (local)" in found.words["hook"]


def test_husky_and_lefthook_are_recognised(hooked: Repo) -> None:
    hooked.git("config", "core.hooksPath", ".husky/_")
    install(hooked, '#!/bin/sh\nexec sh -e "$(dirname "$(dirname "$0")")/pre-commit"\n', ".husky/_/pre-commit")
    install(hooked, "npm test\n", ".husky/pre-commit")
    found = doctor(hooked)
    assert found.verdicts["hook"] == "broken" and ".husky/pre-commit does not call" in found.words["hook"]
    install(hooked, f"{CALL}\n", ".husky/pre-commit")
    hooked.git("add", "-f", ".husky")
    found = doctor(hooked)
    assert found.code == 0 and "husky" in found.words["hook"]
    hooked.git("config", "--unset", "core.hooksPath")
    install(hooked, "#!/bin/sh\ncall_lefthook run pre-commit\n")
    hooked.write("lefthook.yml", "pre-commit:\n  commands:\n    lint:\n      run: make lint\n")
    found = doctor(hooked)
    assert found.verdicts["hook"] == "broken" and "lefthook.yml does not call" in found.words["hook"]


def test_repositories_of_other_kinds(repo: Repo, tmp_path: Path) -> None:
    repo.add("app.py", "a = 1\n")
    repo.commit()
    repo.add("app.py", "a = 2\n")
    repo.commit()
    repo.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{repo.path}"
    repo.git("clone", "-q", "--depth", "1", url, str(tmp_path / "shallow"))
    repo.git("clone", "-q", "--filter", "blob:none", url, str(tmp_path / "partial"))
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    repo.git("clone", "-q", "--bare", url, str(tmp_path / "bare.git"))
    install(repo)
    assert doctor(tmp_path / "linked").code == 0
    found = doctor(tmp_path / "shallow", "--no-hook")
    assert (found.code, found.verdicts["shallow"]) == (0, "warning") and "--unshallow" in found.words["shallow"]
    found = doctor(tmp_path / "partial", "--no-hook")
    assert (found.code, found.verdicts["partial"], found.verdicts["staged"]) == (0, "warning", "ok")
    found = doctor(tmp_path / "bare.git")
    assert (found.code, "hook" in found.verdicts) == (0, False)


def test_sha256_and_no_commit_yet(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "new", "--object-format=sha256")
    install(repo, f"#!/bin/sh\ntrue\n{CALL}\n")
    found = doctor(repo)
    assert found.code == 0 and "SHA-256" in found.words["repository"]
    assert not repo.git("ls-files")


def test_outside_of_a_repository(tmp_path: Path) -> None:
    found = doctor(tmp_path)
    assert (found.code, found.verdicts["repository"], found.verdicts["ci"]) == (0, "warning", "ok")


def test_without_git(tmp_path: Path) -> None:
    found = doctor(tmp_path, env={"PATH": str(tmp_path)})
    assert (found.code, found.verdicts["git"], "scan" in found.verdicts) == (1, "broken", False)
    assert "install git" in found.words["git"]


def test_an_old_git(hooked: Repo, tmp_path: Path) -> None:
    install(hooked, "#!/bin/sh\necho git version 2.17.1\n", "bin/git")
    found = doctor(hooked, env={"PATH": f"{hooked.path}/bin"})
    assert (found.code, found.verdicts["git"]) == (1, "broken") and "2.17.1 is too old" in found.words["git"]


def test_a_cache_that_cannot_be_used(hooked: Repo, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = doctor(hooked, env={"XDG_CACHE_HOME": str(tmp_path / "file")})
    assert (found.verdicts["cache"], found.verdicts["rules"]) == ("warning", "warning")
    assert "XDG_CACHE_HOME" in found.words["cache"]


def test_a_configuration_that_is_broken_or_hides_all(hooked: Repo) -> None:
    hooked.write(".redhanded.yaml", "exclud: [a]\n")
    found = doctor(hooked)
    assert found.code == 1
    assert {found.verdicts[name] for name in ("config", "staged", "scan")} == {"broken"}
    assert ".redhanded.yaml:1" in found.words["config"] and "exclude" in found.words["config"]
    hooked.write(".redhanded.yaml", 'exclude: ["*.py"]\n')
    found = doctor(hooked)
    assert found.verdicts["config"] == "ok"
    assert {found.verdicts[name] for name in ("staged", "blocks", "scan", "history", "ci")} == {"broken"}
    assert "configuration leaves" in found.words["scan"]


def test_as_text_each_check_is_a_line_and_says_what_to_do(repo: Repo) -> None:
    result = redhanded("doctor", cwd=repo.path)
    lines = result.out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("BROKEN   hook "))
    assert lines[at + 1].strip().startswith("to do: ")
    assert (result.code, lines[-1].startswith("1 is broken")) == (1, True)
    install(repo)
    result = redhanded("doctor", cwd=repo.path)
    assert result.code == 0
    assert f"running your hook {repo.path}/.git/hooks/pre-commit" in result.err  # said before it is done


def test_a_hook_without_an_interpreter_line_is_run_as_git_runs_it(hooked: Repo) -> None:
    install(hooked, PLAIN.partition("\n")[2])
    assert doctor(hooked).code == 0


def test_an_installation_without_rules(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scanner", tmp_path / "scanner", ignore=shutil.ignore_patterns("__pycache__", "_rules"))
    found = doctor(tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert found.code == 1
    assert "install redhanded again" in found.words["rules"]


@pytest.mark.parametrize("asked", ["cat-file", "rev-list"], ids=["staged", "history"])
def test_ctrl_c_in_a_trial_ends_it_and_blames_nothing(hooked: Repo, tmp_path: Path, asked: str) -> None:
    install(hooked)
    real = shutil.which("git")
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    once = f'mkdir "{tmp_path}/came" 2>/dev/null && kill -INT $PPID; sleep 1'  # a second one may end it at any moment
    git.write_text(f'#!/bin/sh\ncase "$*" in *{asked}*) {once};; esac\nexec {real} "$@"\n')
    git.chmod(0o755)
    env = {"PATH": f"{git.parent}{os.pathsep}{os.environ['PATH']}"}
    result = hooked.run("doctor", "--no-hook", env=env)
    assert (result.code, "does not see" in result.out) == (130, False), result
