"""One secret is one incident: all its places, the first in front, and what the team has allowed set aside."""

from __future__ import annotations

import json

from tests.history.support import LINE, history, line
from tests.support import Repo, token


def test_the_same_content_at_two_paths_is_two_places(repo: Repo) -> None:
    repo.add("b.py", LINE)
    first = repo.commit()
    repo.add("a.py", LINE)
    second = repo.commit()
    assert history(repo).places == [("b.py", first, 1), ("a.py", second, 1)]


def test_the_same_content_twice_in_one_commit_is_two_places(repo: Repo) -> None:
    repo.add("z/b.py", LINE)
    repo.add("a.py", LINE)
    made = repo.commit()
    assert history(repo).places == [("a.py", made, 1), ("z/b.py", made, 1)]


def test_a_secret_in_many_files_and_versions_is_one_incident(repo: Repo) -> None:
    expected = []
    for number in range(4):
        repo.add(f"file{number}.py", "\n" * number + LINE)
        expected.append((f"file{number}.py", repo.commit(), number + 1))
    repo.add("file0.py", "# now with a comment\n" + LINE)
    # The same bytes as file1.py: a third path for the blob would be, a second time at this one is not, a place.
    repo.add("file0.py", "\n\n\n\n\n" + LINE)
    expected.append(("file0.py", repo.commit(), 6))
    assert history(repo).places == expected


def test_twice_in_one_file_is_two_places_of_one_incident(repo: Repo) -> None:
    repo.add("app.py", LINE + "x = 1\n" + LINE)
    made = repo.commit()
    assert history(repo).places == [("app.py", made, 1), ("app.py", made, 3)]


def test_a_secret_in_a_file_and_in_messages_is_one_incident(repo: Repo) -> None:
    repo.add("app.py", "x\n")
    told = repo.commit(f"told\n\n{LINE}")
    repo.add("app.py", LINE)
    written = repo.commit()
    repo.git("tag", "-a", "v1", "-m", LINE, env={"GIT_COMMITTER_DATE": "2024-01-01T10:01:30+00:00"})
    repo.git("tag", "-a", "v2", "-m", LINE, env={"GIT_COMMITTER_DATE": "2024-02-02T00:00:00+00:00"})
    seen = history(repo)
    places = [seen.only["location"], *seen.only["also"]]
    tags = [repo.git("rev-parse", name) for name in ("v1", "v2")]
    assert [(p["kind"], p["object"] if p["kind"] == "tag" else p["commit"]) for p in places] == [
        ("commit", told),
        ("tag", tags[0]),
        ("blob", written),
        ("tag", tags[1]),
    ]
    assert seen.only["in_head"] is True


def test_a_credential_is_told_with_its_other_part_though_it_came_later(repo: Repo) -> None:
    key_id, secret = (
        f"AWS_ACCESS_KEY_ID={token('ASIA{base32:16}')}\n",
        f"AWS_SECRET_ACCESS_KEY={token('{base64:40}')}\n",
    )
    repo.add("deploy.sh", secret)
    first = repo.commit()
    repo.add("deploy.sh", key_id + secret)
    second = repo.commit()
    seen = history(repo)
    assert seen.places == [("deploy.sh", first, 1), ("deploy.sh", second, 2)]
    (part,) = seen.only["parts"]
    where = part["location"]
    assert (part["rule_id"], where["path"], where["commit"]) == ("aws-temporary-access-key-id", "deploy.sh", second)
    assert "at deploy.sh:1:19" in repo.run("history").out


def test_different_secrets_are_different_incidents(repo: Repo) -> None:
    repo.add("app.py", line("one") + line("two"))
    repo.commit()
    seen = history(repo)
    assert sorted(f["location"]["start"]["line"] for f in seen.findings) == [1, 2]
    assert len({f["fingerprint"] for f in seen.findings}) == 2


def test_a_renamed_file_is_told_under_both_names(repo: Repo) -> None:
    repo.add("old name.py", LINE)
    first = repo.commit()
    repo.git("mv", "old name.py", "new.py")
    second = repo.commit()
    seen = history(repo)
    assert seen.places == [("old name.py", first, 1), ("new.py", second, 1)]
    assert seen.only["in_head"] is True


def test_what_comes_back_after_it_was_removed_is_told_from_the_first_time(repo: Repo) -> None:
    repo.add("app.py", LINE)
    first = repo.commit()
    repo.add("app.py", "x\n")
    repo.commit()
    repo.add("app.py", LINE)
    repo.commit("revert")
    seen = history(repo)
    assert seen.places == [("app.py", first, 1)]
    assert seen.only["in_head"] is True


def test_a_merge_that_only_takes_over_is_not_where_it_came_from(repo: Repo) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    assert history(repo).places == [("app.py", made, 1)]


def test_a_path_that_only_a_merge_made_is_a_place(repo: Repo) -> None:
    repo.add("app.py", LINE)
    first = repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    repo.add("side", "x")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("main", "x")
    repo.commit()
    repo.git("merge", "-q", "--no-commit", "side")
    repo.add("copy.py", LINE)
    merge = repo.commit("merge")
    assert history(repo).places == [("app.py", first, 1), ("copy.py", merge, 1)]


def test_an_ancestor_comes_first_whatever_the_dates_say(repo: Repo) -> None:
    repo.add("app.py", LINE)
    dates = {"GIT_AUTHOR_DATE": "2024-06-06T00:00:00Z", "GIT_COMMITTER_DATE": "2024-06-06T00:00:00Z"}
    repo.git("commit", "-q", "-m", "first", env=dates)
    first = repo.git("rev-parse", "HEAD")
    repo.add("app.py", "\n" + LINE)
    second = repo.commit()  # in January
    repo.git("branch", "another-tip", first)  # so that git's plain order by date shows the later one's parent before it
    assert history(repo).places == [("app.py", first, 1), ("app.py", second, 2)]


def test_of_two_branches_the_older_commit_comes_first(repo: Repo) -> None:
    repo.add("README", "hello\n")
    start = repo.commit()
    repo.git("checkout", "-q", "-b", "z-older")
    repo.add("z.py", LINE)
    older = repo.commit()
    repo.git("checkout", "-q", "-b", "a-newer", start)
    repo.add("a.py", "\n" + LINE)
    newer = repo.commit()
    assert history(repo).places == [("z.py", older, 1), ("a.py", newer, 2)]


def test_an_inline_allowed_secret_counts_as_suppressed(repo: Repo) -> None:
    allowed = LINE.rstrip("\n") + "  # redhanded: allow[github-pat] made up for a test\n"
    repo.add("app.py", allowed)
    first = repo.commit()
    repo.add("app.py", "\n" + allowed)
    repo.commit()
    seen = history(repo)
    assert (seen.code, seen.findings) == (0, [])
    (entry,) = seen.report["suppressed"]
    assert (entry["reason"], entry["detail"]) == ("inline", "made up for a test")
    assert entry["location"]["commit"] == first
    assert len(entry["also"]) == 1
    assert seen.report["summary"]["suppressed"] == 1


def test_a_secret_that_is_allowed_only_since_later_is_still_found(repo: Repo) -> None:
    repo.add("app.py", LINE)
    first = repo.commit()
    repo.add("app.py", LINE.rstrip("\n") + "  # redhanded: allow[github-pat] made up\n")
    repo.commit()
    seen = history(repo)
    assert seen.places == [("app.py", first, 1)]
    assert len(seen.report["suppressed"]) == 1


def test_an_excluded_path_counts_as_suppressed(repo: Repo) -> None:
    repo.add(".redhanded.yaml", "exclude: [tests/data]\n")
    repo.add("tests/data/key.py", LINE)
    repo.commit()
    seen = history(repo)
    assert (seen.code, seen.findings) == (0, [])
    (entry,) = seen.report["suppressed"]
    assert entry["reason"] == "excluded"
    assert "tests/data" in entry["detail"]


def test_content_that_also_stands_elsewhere_is_not_excluded(repo: Repo) -> None:
    repo.add(".redhanded.yaml", "exclude: [tests/data]\n")
    repo.add("tests/data/key.py", LINE)
    first = repo.commit()
    repo.add("src/key.py", LINE)  # the same blob
    second = repo.commit()
    seen = history(repo)
    assert seen.code == 1
    assert seen.places == [("tests/data/key.py", first, 1), ("src/key.py", second, 1)]


def test_a_path_that_no_commit_has_is_not_excluded(repo: Repo) -> None:
    repo.add(".redhanded.yaml", "exclude: [deep.py]\n")
    repo.commit()
    blob = repo.git("hash-object", "-w", "--stdin", stdin=LINE.encode())
    repo.git("tag", "v1", repo.git("mktree", stdin=f"100644 blob {blob}\tdeep.py\n".encode()))
    assert history(repo).code == 1


def test_an_exclude_of_all_files_does_not_cover_messages(repo: Repo) -> None:
    repo.add(".redhanded.yaml", "exclude: ['*.yaml']\n")
    made = repo.commit(LINE)
    assert history(repo).places == [(None, made, 5)]  # after the commit's four header lines


def test_a_clean_history_says_so(repo: Repo) -> None:
    repo.add("app.py", "x\n")
    repo.commit()
    result = repo.run("history")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-1].startswith("nothing found in 3 objects (")


def test_head_is_told_by_the_places_that_stay(repo: Repo) -> None:
    """Where the same words are too unlikely to be a secret, they do not make it stand in HEAD."""
    repo.add("src/User.java", "password = 'hunter22'\n")
    repo.add("locale/de.json", "# Deutsch\npassword = 'hunter22'\n")
    repo.commit("both")
    scanned = json.loads(repo.run("scan", ".", "--format", "json", "--min-confidence", "0").out)
    sure = {finding["location"]["path"]: finding["confidence"] for finding in scanned["findings"]}
    gate = str((sure["src/User.java"] + sure["locale/de.json"]) / 2)
    repo.git("rm", "-q", "src/User.java")
    repo.commit("one is gone")
    for arguments in ([], ["--branches"]):
        only = history(repo, "--min-confidence", gate, *arguments).only
        assert (only["location"]["path"], only["also"], only["in_head"]) == ("src/User.java", [], False)
    assert history(repo, "--min-confidence", "0").only["in_head"] is True
