"""Whose policy judges a change: that of the commit it is built on, whatever was pushed, merged or checked out since."""

from __future__ import annotations

from tests.ci.support import ci, github
from tests.support import Repo
from tests.trust.support import BASE, RULE, begin, line, reviewed, secrets, suppress, told


def test_a_policy_that_an_earlier_push_to_the_topic_brought_does_not_count(repo: Repo) -> None:
    """What was pushed before is not new, but its policy was never reviewed: the target branch's counts."""
    begin(repo)
    repo.add(".redhanded.yaml", f"{BASE}  - {RULE}\n")
    before = repo.commit("first push")
    repo.add("app.py", line(1))
    after = repo.commit("second push")
    checkout = _clone(repo, "topic")
    event = {
        "before": before,
        "after": after,
        "ref": "refs/heads/topic",
        "repository": {"default_branch": "main"},
    }
    seen = ci(checkout, github(repo.path.parent, "push", event))
    assert (seen.code, secrets(seen)) == (1, ["app.py"])
    assert told(seen) == [f".redhanded.yaml:5: skips {RULE}"]


def _clone(repo: Repo, branch: str) -> Repo:
    path = repo.path.parent / "checkout"
    repo.git("clone", "-q", "--branch", branch, f"file://{repo.path}", str(path))
    return Repo(path)


def test_what_main_has_merged_meanwhile(repo: Repo) -> None:
    """The merge base moves when the branch merges main; what main has brought is not the change's."""
    begin(repo)
    repo.git("checkout", "-q", "main")
    repo.add(".redhanded.yaml", BASE.replace("vendor/", "vendor/\n  - dist/"))
    suppress(repo, "main")
    repo.commit("on main")
    repo.git("checkout", "-q", "topic")
    repo.add("dist/app.js", line(1))
    repo.add("b.py", line("main"))
    seen = reviewed(repo)
    assert (seen.code, secrets(seen), told(seen)) == (1, ["b.py", "dist/app.js"], [])
    tip = reviewed(repo, "--policy-from", "main", commit=False)
    assert (tip.code, secrets(tip), told(tip)) == (0, [], [])
    repo.git("merge", "-q", "--no-edit", "main")
    merged = reviewed(repo, "--strict-policy", commit=False)
    assert (merged.code, secrets(merged), told(merged)) == (0, [], [])


def test_what_the_branch_named_by_policy_from_has_is_no_news(repo: Repo) -> None:
    begin(repo)
    stricter = BASE.replace("  - vendor/\n", "  - old/\n")
    repo.git("checkout", "-q", "main")
    repo.add(".redhanded.yaml", stricter)
    repo.commit("main excludes other paths")
    repo.git("checkout", "-q", "topic")
    repo.add("vendor/app.js", line(1))
    seen = reviewed(repo, "--policy-from", "main")
    assert (seen.code, secrets(seen), told(seen)) == (1, ["vendor/app.js"], [])  # not the change's own exclude


def test_the_first_push_of_all_has_no_policy_but_what_is_built_in(repo: Repo) -> None:
    repo.add(".redhanded.yaml", "exclude: [src/]\n")
    repo.add("src/app.py", line(1))
    head = repo.commit()
    event = {"before": "0" * 40, "after": head, "ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    seen = ci(repo, github(repo.path.parent, "push", event))
    assert (seen.code, secrets(seen), told(seen)) == (1, ["src/app.py"], [".redhanded.yaml:1: excludes src/"])
    assert "no policy of the repository counts yet" in seen.err


def test_the_checkout_does_not_matter(repo: Repo) -> None:
    begin(repo)
    repo.add("app.py", line(1))
    repo.commit()
    repo.write(".redhanded.yaml", "exclude: [app.py]\nno such key: 1\n")
    repo.write(".redhanded/allow/x.yaml", "broken: [")
    seen = reviewed(repo, commit=False)
    assert (seen.code, secrets(seen), told(seen)) == (1, ["app.py"], [])


def test_the_users_own_configuration_counts(repo: Repo, tmp_path: object) -> None:
    begin(repo)
    repo.add("app.py", line(1))
    repo.commit()
    home = repo.path.parent / "config"
    (home / "redhanded").mkdir(parents=True)
    (home / "redhanded" / "config.yaml").write_text(f"skip: [{RULE}]\n")
    seen = ci(repo, {"XDG_CONFIG_HOME": str(home)}, "--range", "main..topic")
    assert seen.code == 0


def test_several_merge_bases(repo: Repo) -> None:
    """A criss-cross: the newest of the merge bases has the say."""
    begin(repo)
    repo.add("t.py", "t = 1\n")
    repo.commit("on topic")
    repo.git("checkout", "-q", "main")
    repo.add(".redhanded.yaml", "exclude: [src/]\n")
    repo.commit("on main, the newer")
    main = repo.git("rev-parse", "main")
    repo.git("merge", "-q", "--no-edit", "topic")
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", main)
    repo.add("src/app.py", line(1))
    seen = reviewed(repo)
    assert "the newest of several merge bases" in seen.err
    assert (seen.code, secrets(seen)) == (0, [])


def test_a_commit_that_does_not_exist(repo: Repo) -> None:
    begin(repo)
    repo.add("a.py", "a = 1\n")
    seen = reviewed(repo, "--policy-from=--output=x")
    assert seen.code == 2 and "--policy-from: there is no commit" in seen.err
