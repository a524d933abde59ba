"""The object reader: every answer belongs to its question, whatever the repository is made of."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.git import catfile, process
from scanner.git.catfile import CatFile, Object, Unread
from tests.git.support import blob, git_in
from tests.history.support import loose, rewrite
from tests.support import Repo

MISSING = "ab" * 20


@pytest.fixture(autouse=True, params=["spawn", "subprocess"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to start a program must give the same."""
    if request.param == "spawn" and not process.CAN_SPAWN:
        pytest.skip("no posix_spawn here")
    monkeypatch.setattr(process, "CAN_SPAWN", request.param == "spawn")
    return str(request.param)


def test_each_kind_of_object(repo: Repo) -> None:
    repo.add("app.py", b"one\0two\n\n")
    commit = repo.commit("hello")
    repo.git("tag", "-a", "v1", "-m", "tagged")
    names = ["HEAD:app.py", "HEAD", "v1", "HEAD^{tree}"]
    oids = [repo.git("rev-parse", name) for name in names]
    with CatFile(git_in(repo)) as objects:
        found = [answer for answer in objects.read(oids) if isinstance(answer, Object)]
    assert [(answer.oid, answer.kind) for answer in found] == [
        (oid, kind) for oid, kind in zip(oids, ["blob", "commit", "tag", "tree"], strict=True)
    ]
    assert found[0].data == b"one\0two\n\n"
    assert found[1].data.endswith(b"\n\nhello\n")
    assert found[2].data.startswith(f"object {commit}\n".encode())


@pytest.mark.parametrize("size", [0, 1, 63, 4095, 4096, 8192, 65535, 65536, 65537, 3_000_000])
def test_every_size_comes_whole(size: int, repo: Repo) -> None:
    data = os.urandom(size)
    oid = blob(repo, data)
    with CatFile(git_in(repo)) as objects:
        for _ in range(3):
            assert list(objects.read([oid, oid])) == [Object(oid, "blob", data)] * 2


def test_a_limit_is_on_the_content(repo: Repo) -> None:
    below, above = blob(repo, b"x" * 1000), blob(repo, b"x" * 1001)
    with CatFile(git_in(repo), max_bytes=1000) as objects:
        one, two, three = objects.read([below, above, below])
    assert isinstance(one, Object) and isinstance(three, Object)
    assert isinstance(two, Unread) and two.reason == "too-large"


def _damaged(repo: Repo, data: bytes) -> str:
    """Write a blob, of which the end is lost then."""
    oid = blob(repo, data)
    file = loose(repo, oid)
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-6])
    return oid


def test_good_missing_and_damaged_objects_come_in_the_order_asked_for(repo: Repo) -> None:
    asked: list[str] = []
    for number in range(1100):  # more than twice what is asked at once
        kind = (
            "damaged" if number % 97 == 0 or number in (511, 512, 1099) else "missing" if number % 13 == 0 else "good"
        )
        data = b"%d\n" % number * 300
        if kind == "missing":
            asked.append(f"{number:040x}")
        elif kind == "damaged":
            asked.append(_damaged(repo, data))
        else:
            asked.append(f"good {number}")
    good = [b"%d\n" % int(name.split()[1]) * 300 for name in asked if " " in name]
    ids = iter(_blobs(repo, good))
    asked = [next(ids) if " " in name else name for name in asked]
    with CatFile(git_in(repo)) as objects:
        answers = list(objects.read(asked))
    assert [answer.oid for answer in answers] == asked
    for number, answer in enumerate(answers):
        if number % 97 == 0 or number in (511, 512, 1099):
            assert isinstance(answer, Unread) and answer.reason == "unreadable", number
        elif number % 13 == 0:
            assert isinstance(answer, Unread) and answer.reason == "missing-object", number
        else:
            assert answer == Object(asked[number], "blob", b"%d\n" % number * 300)


def _blobs(repo: Repo, contents: list[bytes]) -> list[str]:
    """Write many blobs at once."""
    stream = b"".join(b"blob\nmark :%d\ndata %d\n%s\n" % (n, len(d), d) for n, d in enumerate(contents, 1))
    marks = repo.path / "marks"
    repo.git("fast-import", "--quiet", f"--export-marks={marks}", stdin=stream)
    found = dict(line.split(" ") for line in marks.read_text().splitlines())
    return [found[f":{number}"] for number in range(1, len(contents) + 1)]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, dict[str, bytes | str]]:
    """A repository, and for each id either its content or why there is none."""
    repo = Repo(tmp_path_factory.mktemp("mixed") / "repo")
    contents = [b"", b"a\n", b"b" * 5000, f"{MISSING} blob 3\nabc\n".encode(), f"{MISSING} missing\n".encode()]
    known: dict[str, bytes | str] = {blob(repo, data): data for data in contents}
    known[MISSING] = "missing-object"
    known[_damaged(repo, b"damaged" * 999)] = "unreadable"
    for size in (b"3", b"5000"):
        oid = blob(repo, b"lies: " + size)
        rewrite(repo, oid, lambda whole, size=size: b"blob " + size + whole[whole.index(b"\0") :])  # type: ignore[misc]
        known[oid] = "unreadable"
    return repo, known


@settings(derandomize=True, deadline=None, max_examples=25)
@given(data=st.data())
def test_any_sequence_of_questions_gets_its_answers(
    data: st.DataObject, mixed: tuple[Repo, dict[str, bytes | str]]
) -> None:
    repo, known = mixed
    ids = sorted(known)
    lots = data.draw(st.lists(st.lists(st.sampled_from(ids), max_size=12), max_size=4))
    with CatFile(git_in(repo)) as objects:
        for lot in lots:
            answers = list(objects.read(lot))
            assert [answer.oid for answer in answers] == lot
            for answer in answers:
                told = answer.data if isinstance(answer, Object) else answer.reason
                assert told == known[answer.oid]


def test_a_forged_answer_inside_a_blob_is_not_believed(repo: Repo) -> None:
    """A loose object whose header announces three bytes goes on with what looks like the next object's answer."""
    true = blob(repo, b"KEY = 'the true content'\n")
    forger = blob(repo, b"anything")
    harmless = b"nothing to see here: 25b\n"
    forged = b"abc\n" + f"{true} blob {len(harmless)}\n".encode() + harmless
    rewrite(repo, forger, lambda _: b"blob 3\0" + forged)
    with CatFile(git_in(repo)) as objects:
        first, second = objects.read([forger, true])
    assert isinstance(first, Unread) and first.reason == "unreadable"
    assert second == Object(true, "blob", b"KEY = 'the true content'\n")


def test_an_object_under_another_ones_id_is_not_believed(repo: Repo) -> None:
    true, other = blob(repo, b"true\n"), blob(repo, b"harmless\n")
    file = loose(repo, true)
    file.chmod(0o644)
    file.write_bytes(loose(repo, other).read_bytes())
    with CatFile(git_in(repo)) as objects:
        (answer,) = objects.read([true])
    assert answer == Unread(true, "unreadable", "its content is not what its id says")


def test_a_reader_that_is_left_half_way_starts_afresh(repo: Repo) -> None:
    ids = _blobs(repo, [b"%d" % number for number in range(40)])
    with CatFile(git_in(repo)) as objects:
        half: Iterator[Object | Unread] = objects.read(ids)
        next(half)
        del half
        assert [type(answer) for answer in objects.read(ids[20:])] == [Object] * 20


def test_a_git_that_is_killed_is_started_again(repo: Repo) -> None:
    ids = _blobs(repo, [b"%d" % number for number in range(10)])
    with CatFile(git_in(repo)) as objects:
        running = objects.start()
        os.kill(running._pid, signal.SIGKILL)
        first, *others = objects.read(ids)
        assert isinstance(first, Unread)
        assert first.detail == f"git cat-file failed: it was ended by signal {int(signal.SIGKILL)}"
        assert [answer.oid for answer in others] == ids[1:]
        assert all(isinstance(answer, Object) for answer in others)


def test_a_repository_that_is_none_makes_every_object_unread(tmp_path: Path) -> None:
    with CatFile(git_in(tmp_path)) as objects:
        answers = list(objects.read([MISSING, MISSING]))
    assert [type(answer) for answer in answers] == [Unread, Unread]
    assert all(isinstance(a, Unread) and "not a git repository" in a.detail for a in answers)


def test_a_sha256_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", "--object-format=sha256")
    oid, liar = blob(repo, b"hello\n"), blob(repo, b"liar\n")
    rewrite(repo, liar, lambda whole: whole.replace(b"liar", b"fair"))
    with CatFile(git_in(repo)) as objects:
        good, bad, gone = objects.read([oid, liar, "ab" * 32])
    assert good == Object(oid, "blob", b"hello\n")
    assert isinstance(bad, Unread) and bad.reason == "unreadable"
    assert isinstance(gone, Unread) and gone.reason == "missing-object"


def test_the_fast_hash_takes_over_from_the_light_one(repo: Repo) -> None:
    contents = [bytes([number]) * 300_000 for number in range(8)]
    ids = _blobs(repo, contents)
    with CatFile(git_in(repo)) as objects:
        assert [a.data for a in objects.read(ids) if isinstance(a, Object)] == contents


def test_nothing_is_started_for_nothing(repo: Repo) -> None:
    with CatFile(git_in(repo)) as objects:
        assert list(objects.read([])) == []
        assert objects._process is None


def test_the_requests_of_one_lot_fit_into_a_pipe() -> None:
    assert catfile._AT_ONCE * 65 + len("?") + 33 < 65536


def test_a_git_that_says_nothing_is_ended_and_the_rest_is_read(repo: Repo) -> None:
    """Here it waits for a pipe in the place of an object."""
    for number in range(5):
        repo.add(f"{number}.py", f"{number}\n")
    repo.commit()
    oids = [repo.git("rev-parse", f"HEAD:{number}.py") for number in range(5)]
    loose(repo, oids[2]).unlink()
    os.mkfifo(loose(repo, oids[2]))
    before = signal.getsignal(signal.SIGALRM)
    with CatFile(git_in(repo), patience=0.3) as objects:
        found = list(objects.read(oids))
    assert [isinstance(answer, Object) for answer in found] == [True, True, False, True, True]
    assert isinstance(found[2], Unread) and found[2].reason == "unreadable"
    assert "said nothing" in found[2].detail
    assert (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)) == (before, (0.0, 0.0))


def test_patience_is_for_git_and_not_for_what_is_done_with_its_answers(repo: Repo) -> None:
    for number in range(3):
        repo.add(f"{number}.py", f"{number}\n")
    repo.commit()
    oids = [repo.git("rev-parse", f"HEAD:{number}.py") for number in range(3)]
    with CatFile(git_in(repo), patience=0.2) as objects:
        for answer in objects.read(oids):
            time.sleep(0.4)
            assert isinstance(answer, Object)
