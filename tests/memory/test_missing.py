"""What was missing is asked for again when it matters: it may have come back, no longer be referred to, or be more."""

from __future__ import annotations

import pickle

import pytest

from scanner.git.facts import gather
from scanner.git.folders import Folders
from scanner.git.place import place_of
from scanner.sources.past import NOTHING, Known, Past, Story, decode, encode
from scanner.sources.unchanged import Unchanged
from tests.git.support import git_in
from tests.history.support import loose
from tests.memory.support import Auditor
from tests.support import token


@pytest.fixture
def lacking(audit: Auditor) -> tuple[Auditor, str, bytes]:
    """A file with a key is missing, in a commit on a branch of its own. What was in the file, too."""
    repo = audit.repo
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("gone.py", f'key = "{token("acme_{base62:20}", seed="gone")}"\n')
    repo.commit()
    repo.git("checkout", "-q", "main")
    oid = repo.git("rev-parse", "topic:gone.py")
    content = loose(repo, oid).read_bytes()
    loose(repo, oid).unlink()
    return audit, oid, content


Lacking = tuple[Auditor, str, bytes]


def test_what_is_missing_is_said_each_time(lacking: Lacking) -> None:
    audit, oid, _ = lacking
    for _ in range(2):
        assert audit.assert_same().skips == [("missing-object", oid)]
    audit.repo.add("new.py", "x = 5\n")
    audit.repo.commit()
    assert audit.assert_same().skips == [("missing-object", oid)]


def test_what_has_come_back_is_read_and_explained(lacking: Lacking) -> None:
    audit, oid, content = lacking
    audit.assert_same()
    loose(audit.repo, oid).write_bytes(content)
    seen = audit.assert_same()
    assert seen.skips == []
    assert {finding["location"]["path"] for finding in seen.findings} == {"key.py", "gone.py"}


def test_what_nothing_refers_to_any_more_is_not_missed(lacking: Lacking) -> None:
    audit, _, _ = lacking
    audit.assert_same()
    audit.repo.git("branch", "-q", "-D", "topic")
    audit.repo.git("reflog", "expire", "--expire=now", "--all")
    assert audit.assert_same().skips == []


@pytest.mark.parametrize("before", [False, True])
def test_what_a_new_commit_lacks_is_missed(audit: Auditor, before: bool) -> None:
    if before:
        audit.repo.add("first.py", "x = 7\n")
        audit.repo.commit()
        loose(audit.repo, audit.repo.git("rev-parse", "HEAD:first.py")).unlink()
        audit.repo.git("rm", "-q", "--cached", "first.py")  # or git makes no commit
    audit.assert_same()
    audit.repo.add("second.py", "x = 8\n")
    audit.repo.commit()
    oid = audit.repo.git("rev-parse", "HEAD:second.py")
    loose(audit.repo, oid).unlink()
    assert ("missing-object", oid) in audit.assert_same().skips


def test_what_was_whole_may_be_damaged_beyond_what_is_new(audit: Auditor) -> None:
    """A known object goes, and a commit comes, that has nothing to do with it."""
    audit.assert_same()
    oid = audit.repo.git("rev-parse", "HEAD:plain.py")
    loose(audit.repo, oid).unlink()
    audit.repo.git("commit", "-q", "--allow-empty", "-m", "empty", env=_AUTHOR)
    assert audit.assert_same().skips == [("missing-object", oid)]


_AUTHOR = {f"GIT_{who}_{what}": "ada" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def test_an_older_secret_is_explained_when_a_commit_has_it_again(audit: Auditor) -> None:
    audit.assert_same()
    key = audit.repo.git("show", "HEAD:key.py")
    audit.repo.git("rm", "-q", "key.py")
    removed = audit.repo.commit()
    assert audit.assert_same().only["exposure"]["removed"]["commit"] == removed
    audit.repo.add("again.py", f"{key}\n")
    audit.repo.commit()
    assert len(audit.assert_same().only["also"]) == 1


def test_workers_are_not_given_the_past(audit: Auditor) -> None:
    past = Past(story=Story(commits=b"x" * 100_000), counts={"refs": 1})
    source = Unchanged(git_in(audit.repo), past, gather(Folders(place_of(git_in(audit.repo)).objects)), 100)
    sent = pickle.dumps(source)
    assert len(sent) < 20_000
    with pickle.loads(sent).reader() as reader:
        assert [names.objects for names in reader.read([])] == [0]


PAST = Past(
    state=b"s" * 16,
    settings=b"t" * 16,
    reader="pack reader",
    is_shallow=True,
    missing=("12" * 20,),
    counts={"refs": 1, "blobs": 2},
    again=(("ab" * 16, 3), ("cd" * 16, -1)),
    leads=({7: [(1, 2), (300_000, 300_000)], 9: [(5, 5)]}, {}),
    folders=(("ab" * 16, 3),),
    known=Known(7, 8, (("entropy", 2),)),
    names=b"n" * 16,
    tips=b"i" * 40,
    packs=frozenset({b"p" * 16, b"q" * 16}),
    story=Story(("34" * 20,), b"c" * 60, False, "aa", (("1", "", [[0, 2, [0, 1]]], [], True, True),)),
)


def test_the_past_is_what_it_was() -> None:
    for past in (NOTHING, PAST):
        data = encode(past)
        assert decode(data + b"rows") == (past, b"rows")
        assert all(decode(data[:end]) is None for end in range(0, len(data), 7))
    assert decode(encode(PAST)) == (PAST, b"")
