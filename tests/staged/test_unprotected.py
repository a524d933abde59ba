"""A commit that takes away what allowed a secret which it does not touch: it is told, and stops nothing."""

from __future__ import annotations

import pytest

from tests.policy.support import accept
from tests.staged.support import LINE, OTHER, SECRET, short_cut, staged
from tests.support import Repo, token

_ABOVE = "# redhanded: allow[github-pat] made for the tests\n"


def _change(repo: Repo, before: str, after: str, name: str = "app.py") -> None:
    repo.add(name, before)
    repo.commit()
    repo.add(name, after)


def _told(repo: Repo, *arguments: str) -> list[str]:
    result = repo.run("staged", *arguments)
    assert SECRET not in result.out + result.err
    return [line for line in result.err.splitlines() if "no longer" in line]


def test_a_comment_that_is_removed_is_told(repo: Repo) -> None:
    _change(repo, f"a\n{_ABOVE}{LINE}b\n", f"a\n{LINE}b\n")
    assert short_cut(repo.path) is None
    result = repo.run("staged")
    assert result.code == 0
    assert "redhanded: app.py:2:8: [github-pat] ghp_******** stands there as before, and a comment" in result.err
    assert "help:  the next scan of all reports them; `redhanded allow add ID --reason WHY` accepts one" in result.err
    assert repo.run("staged", "--strict-policy").code == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"{LINE}a\n", f"{LINE}b\n", id="there was none"),
        pytest.param(f"{_ABOVE}{LINE}a\n", f"{_ABOVE}{LINE}b\n", id="it is still there"),
        pytest.param(f"{_ABOVE}{LINE}{LINE}a\n", f"{_ABOVE}{LINE}{LINE}", id="another of the same was in the open"),
        pytest.param(f"{_ABOVE}{LINE}{OTHER}", f"{OTHER}", id="it went with the secret"),
        pytest.param(f"{_ABOVE}{LINE}", f"{_ABOVE}a\n", id="the secret went"),
        pytest.param(f"{_ABOVE}{LINE}", f"{_ABOVE.replace('made', 'kept')}{LINE}", id="it says something else"),
    ],
)
def test_nothing_is_told_when_nothing_loses_its_protection(repo: Repo, before: str, after: str) -> None:
    _change(repo, before, after)
    assert _told(repo) == []


def test_one_of_two_is_told(repo: Repo) -> None:
    _change(repo, f"{_ABOVE}{LINE}\n{LINE}", f"{LINE}\n{LINE}")
    assert len(_told(repo)) == 1


def test_a_comment_that_is_changed_to_another_rule_is_told_of_a_renamed_file(repo: Repo) -> None:
    many = "".join(f"{number}\n" for number in range(50))
    repo.add("old.py", f"{many}{_ABOVE}{LINE}")
    repo.commit()
    repo.git("mv", "old.py", "new.py")
    repo.add("new.py", f"{many}{_ABOVE.replace('github', 'gitlab')}{LINE}")
    assert [line.split(":")[1] for line in _told(repo)] == [" new.py"]


def test_a_suppression_that_is_removed_with_it_is_told(repo: Repo) -> None:
    (name,) = accept(repo.path, [SECRET])
    repo.git("add", name)
    _change(repo, f"{LINE}a\n", f"{LINE}b\n")
    assert _told(repo) == []
    repo.git("rm", "-q", name)
    (told,) = _told(repo)
    assert "and a suppression that allowed it does so no longer" in told
    assert repo.run("staged").code == 0


def test_what_is_allowed_otherwise_is_not_told(repo: Repo) -> None:
    _change(repo, f"{_ABOVE}{LINE}", LINE)
    accept(repo.path, [SECRET])
    assert _told(repo) == []
    repo.git("rm", "-q", "--cached", "-r", "app.py")
    repo.add("b.py", f"{_ABOVE}{OTHER}")
    repo.commit()
    repo.add("b.py", OTHER)
    repo.write(".redhanded.yaml", f"allow: [{{value: {token(seed=2)}, reason: a test}}]\n")
    assert _told(repo) == []


def test_whole_files_have_it_as_a_finding(repo: Repo) -> None:
    _change(repo, f"{_ABOVE}{LINE}", LINE)
    assert staged(repo, "--whole-file").places == [("app.py", 1)]


def test_what_is_only_in_the_index_can_be_accepted_by_its_id(repo: Repo) -> None:
    repo.add("sub/app.py", LINE)
    repo.write("sub/app.py", "a = 1\n")
    (finding,) = staged(repo).report["findings"]
    result = repo.run("allow", "add", finding["fingerprint"][:12], "--reason", "a test")
    assert result.code == 0, result
    assert "at sub/app.py:1:8" in result.out
    assert staged(repo).code == 0
