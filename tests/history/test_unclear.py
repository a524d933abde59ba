"""Objects of which git cannot say what they are."""

from __future__ import annotations

from tests.history.support import history, line, rewrite
from tests.support import Repo


def test_an_object_of_which_git_cannot_say_what_it_is_does_not_cost_the_others(repo: Repo) -> None:
    for number in range(20):
        repo.write(f"{number:02}.py", line(number))
    repo.git("add", "-A")
    repo.commit()
    oids = [repo.git("rev-parse", f"HEAD:{number:02}.py") for number in (3, 10)]
    for oid in oids:
        rewrite(repo, oid, lambda whole: b"bl0b" + whole[4:])
    seen = history(repo)
    assert (seen.code, len(seen.findings)) == (1, 18)
    assert {("unreadable", oid) for oid in oids} <= set(seen.skips)
    assert seen.report["summary"]["read"] == 20  # 18 files, the commit, and its tree
