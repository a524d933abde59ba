"""What `redhanded ci` calls new: a secret that no file of the commits before the change holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ci.support import LINE, Seen, ci, line
from tests.history.support import remove
from tests.support import Repo, token


def _change(repo: Repo, *options: str, message: str = "change") -> Seen:
    repo.commit(message)
    return ci(repo, {}, "--range", "main..topic", *options)


@pytest.fixture
def started(repo: Repo) -> Repo:
    """old.py on main holds a secret; the branch topic is checked out."""
    repo.add("old.py", f"a = 1\n{line('old')}b = 2\n")
    repo.add("src/other.py", "c = 3\n")
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    return repo


def _moved(repo: Repo) -> None:
    repo.add("old.py", f"a = 1\nb = 2\n{line('old')}")


def _indented(repo: Repo) -> None:
    repo.add("old.py", f"if True:\n    {line('old')}b = 2\n")


def _renamed(repo: Repo) -> None:
    repo.git("mv", "old.py", "new.py")


def _renamed_and_rewritten(repo: Repo) -> None:
    repo.git("rm", "-q", "old.py")
    repo.add("deep/new.py", f"{'x = 1' * 50}\n{line('old')}")


def _copied(repo: Repo) -> None:
    repo.add("copy.py", f"# copied\n{line('old')}")


def _windows_line_ends(repo: Repo) -> None:
    repo.add("old.py", f"a = 1\r\n{line('old').rstrip()}\r\n")


def _allowed_no_more(repo: Repo) -> None:
    repo.add("src/other.py", f"c = 3\n{line('old')}")


OLD = [_moved, _indented, _renamed, _renamed_and_rewritten, _copied, _windows_line_ends, _allowed_no_more]


@pytest.mark.parametrize("change", OLD, ids=lambda change: change.__name__.strip("_"))
def test_what_stood_somewhere_before_is_not_new(started: Repo, change: Callable[[Repo], None]) -> None:
    change(started)
    seen = _change(started)
    assert (seen.code, seen.places, seen.report["skips"]) == (0, [], [])


@pytest.mark.parametrize("change", OLD, ids=lambda change: change.__name__.strip("_"))
def test_a_new_one_beside_it_is_found(started: Repo, change: Callable[[Repo], None]) -> None:
    change(started)
    started.add("z.py", LINE)
    seen = _change(started)
    assert (seen.code, seen.places) == (1, [("z.py", 1)])


def test_another_value_in_its_place_is_new(started: Repo) -> None:
    started.add("old.py", f"a = 1\n{LINE}b = 2\n")
    assert _change(started).places == [("old.py", 2)]


def test_what_left_the_tree_before_is_new_when_it_comes_back(repo: Repo) -> None:
    repo.add("app.py", LINE)
    repo.commit()
    repo.add("app.py", "a = 1\n")
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("back.py", f"# again\n{LINE}")
    assert _change(repo).places == [("back.py", 2)]


def test_what_comes_and_goes_within_the_change_is_found(started: Repo) -> None:
    started.add("app.py", LINE)
    made = started.commit()
    started.git("rm", "-q", "app.py")
    seen = _change(started)
    (finding,) = seen.report["findings"]
    assert (finding["location"]["path"], finding["location"]["commit"]) == ("app.py", made)
    assert finding["in_head"] is False


def test_a_message_is_part_of_the_change(started: Repo) -> None:
    started.add("a", "a")
    seen = _change(started, message=f"use it\n\n{LINE}")
    (finding,) = seen.report["findings"]
    assert (finding["location"]["kind"], finding["in_head"]) == ("commit", None)


def test_a_place_at_the_end_of_the_change_is_told_with_who_brought_it_in(started: Repo) -> None:
    started.add("app.py", LINE)
    first = started.commit()
    started.add("app.py", f"\n\n{LINE}")
    (finding,) = _change(started).report["findings"]
    where = finding["location"]
    assert (where["path"], where["start"]["line"], where["commit"], where["author"]) == ("app.py", 3, first, "Ada")
    assert finding["in_head"] is True
    assert [(place["path"], place["start"]["line"]) for place in finding["also"]] == [("app.py", 1)]


def test_both_sides_of_a_criss_cross_merge_count_as_before(repo: Repo) -> None:
    repo.add("a", "a")
    repo.commit("start")
    for name, base in (("x", "main"), ("y", "main")):
        repo.git("checkout", "-q", "-b", name, base)
        repo.add(f"{name}.py", line(name))
        repo.commit(name)
    for name, other in (("main", "x~0"), ("topic", "y~0")):
        repo.git("checkout", "-q", "-B", name, other)
        repo.git("merge", "-q", "-m", f"cross {name}", "y" if name == "main" else "x")
    repo.git("checkout", "-q", "topic")
    repo.add("app.py", f"{line('x')}{line('y')}{LINE}")
    assert _change(repo).places == [("app.py", 3)]


def test_a_history_of_its_own_is_all_new(started: Repo) -> None:
    started.git("checkout", "-q", "--orphan", "topic2")
    started.git("branch", "-D", "-q", "topic")
    started.git("branch", "-m", "topic")
    started.add("old.py", f"# no kin\n{line('old')}")
    assert _change(started).places == [("old.py", 2)]


def test_a_key_with_another_secret_beside_it_is_new(repo: Repo) -> None:
    """Of a credential in two parts the id stays; what it opens with is new."""

    def pair(seed: str) -> str:
        key, secret = token("AKIA{base32:16}", "id"), token("{base64:40}", seed)
        return f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n"

    repo.add("credentials", pair("one"))
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("credentials", f"# moved\n{pair('one')}")
    assert _change(repo).code == 0
    repo.add("credentials", pair("two"))
    seen = _change(repo)
    assert (seen.code, len(seen.places)) == (1, 1)


_ACME = """\
provider: Acme
rules:
  - id: acme-key
    name: Acme key
    description: Opens it all.
    severity: high
    shape: 'acme_{base62:18}'
    paths: ['*.env']
"""


@pytest.mark.parametrize("names", [("a.txt", "b.env"), ("b.env", "a.txt"), ("c.env", "b.txt", "a.txt")], ids=" ".join)
def test_a_rule_for_certain_files_sees_each_name_of_the_same_content(
    started: Repo, names: tuple[str, ...], tmp_path: Path
) -> None:
    rules = tmp_path / "acme.yaml"
    rules.write_text(_ACME)
    for name in names:
        started.add(name, f"{token('acme_{base62:18}')}\n")
        started.commit(name)
    (finding,) = ci(started, {}, "--range", "main..topic", "--rules", str(rules)).report["findings"]
    places = [finding["location"], *finding["also"]]
    assert [place["path"] for place in places] == [name for name in names if name.endswith(".env")]


def test_an_allowed_secret_stays_told_when_it_is_new_and_only_then(started: Repo) -> None:
    note = "  # redhanded: allow[github-pat] made up\n"
    started.add("app.py", LINE.rstrip() + note)
    started.add("old.py", line("old").rstrip() + note)
    seen = _change(started, "--trust-suppressions")
    assert seen.code == 0
    assert [entry["location"]["path"] for entry in seen.report["suppressed"]] == ["app.py"]


def test_excluded_paths(started: Repo) -> None:
    started.git("checkout", "-q", "main")
    started.add(".redhanded.yaml", "exclude:\n  - fixtures/\n")
    started.commit()
    started.git("checkout", "-q", "-B", "topic")
    started.add("fixtures/a.py", LINE)
    seen = _change(started)
    assert (seen.code, [entry["reason"] for entry in seen.report["suppressed"]]) == (0, ["excluded"])


def test_with_workers_it_is_the_same(started: Repo) -> None:
    for number in range(2_100):
        started.write(f"many/f{number}.py", f"{line(number % 3)}# {number}\n")
    started.git("add", "-A")
    started.add("copy.py", f"# copied\n{line('old')}")
    started.commit()
    one = ci(started, {}, "--range", "main..topic", "--jobs", "1").report
    four = ci(started, {}, "--range", "main..topic", "--jobs", "4").report
    assert len(one["findings"]) == 3
    assert one["findings"] == four["findings"]


def test_a_base_that_cannot_be_read_makes_nothing_known(started: Repo, tmp_path: Path) -> None:
    remove(started, "main:old.py")
    started.git("rm", "-q", "--cached", "old.py")
    started.add("copy.py", f"# copied\n{line('old')}")
    assert _change(started).places == [("copy.py", 2)]


def test_a_secret_in_the_name_of_a_file_is_new_once(started: Repo) -> None:
    name = token(seed="name")
    started.add(f"{name}/a.py", "a = 1\n")
    seen = _change(started)
    (finding,) = seen.report["findings"]
    assert (seen.code, finding["location"]["place"]) == (1, "folder-name")
    started.git("checkout", "-q", "main")
    started.git("merge", "-q", "topic")
    started.git("checkout", "-q", "topic")
    started.git("mv", f"{name}/a.py", f"{name}.py")
    moved = _change(started)
    assert (moved.code, moved.report["findings"]) == (0, [])
    assert moved.report["summary"]["drops"]["not-new"] >= 1
