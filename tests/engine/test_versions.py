"""A version of a file that is scanned by what changed has exactly the findings of a whole scan."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from scanner.engine.batch import scan_batch
from scanner.engine.hyper import HyperscanPrefilter
from scanner.engine.owners import LEVELS
from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.engine.versions import seams_of, zones
from scanner.git.command import Git, environment
from scanner.git.store import open_store
from scanner.model import Blob, BlobOrigin, Copy, Names, Skip, Target
from scanner.redact import Secret
from scanner.ruleset import tree
from scanner.ruleset.gap import FIRST_LOOK_WIDTH, FIRST_LOOKS
from scanner.sources.history import History
from tests.engine.corpus import builtin, example_texts, real_files
from tests.support import Repo, token

_PASSWORD = f'db_password = "{token("{base62:14}")}"\n'.encode()


class Change(NamedTuple):
    """A `Lineage` of which everything is known."""

    number: int
    base: int
    depth: int
    runs: tuple[Copy, ...] | None
    is_base: bool = True
    base_content: bytes = b""

    def copies(self, size: int) -> tuple[Copy, ...] | None:
        return self.runs


def _scanner() -> Scanner:
    return Scanner(builtin().rules, builtin().hyperscan, 0.0)


def _plain(result: BlobResult) -> object:
    """Return what can be compared: secrets have no equality."""
    findings = [(f._replace(secret=Secret(b""), parts=()), [p.location for p in f.parts]) for f in result.findings]
    return (
        [str(finding) for finding in findings],
        [s.finding.location for s in result.suppressed],
        result.skips,
        result.drops,
    )


def _assert_same(scanner: Scanner, data: bytes, change: Change) -> BlobResult:
    origin = BlobOrigin("0" * 40)
    result = scanner.scan_blob(Blob(origin, data, change))
    assert _plain(result) == _plain(_scanner().scan_blob(Blob(origin, data)))
    return result


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """Secrets of every rule, one after the other, and ordinary code between them."""
    found = [text + b"\n" for text in example_texts()]
    for data in real_files(20, 4000):
        found += data.splitlines(keepends=True)
    return found


def _edited(data: bytes, lines: list[bytes], chance: random.Random) -> tuple[bytes, list[Copy]]:
    """Return the data after some edits at random places, and what of it is copied."""
    parts: list[bytes] = []
    runs: list[Copy] = []
    at = size = 0
    for _ in range(chance.randrange(1, 5)):
        cut = chance.randrange(at, len(data) + 1)
        for begin, end in ((at, cut), _moved(data, chance)):
            if begin < end:
                runs.append((size, end - begin, begin))
                parts.append(data[begin:end])
                size += end - begin
        inserted = _piece(lines, chance)
        parts.append(inserted)
        size += len(inserted)
        at = min(len(data), cut + chance.choice((0, 0, 1, 20, 300)))
    runs.append((size, len(data) - at, at))
    return b"".join((*parts, data[at:])), _joined(runs)


def _joined(runs: list[Copy]) -> list[Copy]:
    """Make one run of those that follow each other on both sides."""
    joined: list[Copy] = []
    for target, length, source in runs:
        last = joined[-1] if joined else (0, 0, 0)
        if joined and (last[0] + last[1], last[2] + last[1]) == (target, source):
            joined[-1] = (last[0], last[1] + length, last[2])
        elif length:
            joined.append((target, length, source))
    return joined


def _moved(data: bytes, chance: random.Random) -> tuple[int, int]:
    begin = chance.randrange(len(data))
    return (begin, min(len(data), begin + chance.randrange(600))) if chance.random() < 0.2 else (0, 0)


def _piece(lines: list[bytes], chance: random.Random) -> bytes:
    """Return a part of a line: half a token, a key without its value, a value without its key."""
    line = chance.choice(lines)
    begin = chance.randrange(len(line))
    return chance.choice((b"", line, line[begin:], line[:begin], b"\n", b'"', b"x"))


@pytest.mark.parametrize("seed", range(12))
def test_random_edits(seed: int, lines: list[bytes]) -> None:
    chance = random.Random(seed)
    scanner = _scanner()
    data = b"".join(chance.choice(lines) for _ in range(250))
    _assert_same(scanner, data, Change(0, -1, 0, None))
    for number in range(1, 16):
        data, runs = _edited(data, lines, chance)
        _assert_same(scanner, data, Change(number, number - 1, number, tuple(runs)))


def test_a_secret_that_an_edit_makes_across_a_seam() -> None:
    """Every way to cut a token and its key in two: the base holds both halves, apart."""
    filler = b"x = compute(y, z)\n" * 60
    for text in (f'key = "{token()}"\n'.encode(), _PASSWORD):
        for cut in range(1, len(text)):
            first, second = text[:cut], text[cut:]
            base = filler + first + b"\n#" + second + filler
            whole = filler + first + second + filler
            scanner = _scanner()
            _assert_same(scanner, base, Change(1, -1, 0, None))
            begin = len(filler) + len(first)
            runs = ((0, begin, 0), (begin, len(whole) - begin, begin + 2))
            _assert_same(scanner, whole, Change(2, 1, 1, runs))


def test_a_key_far_before_the_value_that_an_edit_completes() -> None:
    """The key is a hit in the base already, but nothing comes of it there."""
    key = b"heroku_api" + b"_a" * 18 + b'"' + b" " * 12 + b":" + b" " * 12 + b"\n" + b" " * 40 + b"{" + b" " * 40
    key += b'"some_long_name_token_of_it"' + b" :  "
    value = token("{uuid}").encode()
    assert len(key) - len(b"heroku_api") > FIRST_LOOK_WIDTH
    before, after = b"x = 1\n" * 300 + key, b'"\n' + b"y = 2\n" * 300
    scanner = _scanner()
    broken = before + b'"' + value[:4] + b'" ' + value[4:] + after
    assert _plain(_assert_same(scanner, broken, Change(0, -1, 0, None))) == _plain(BlobResult())
    mended = before + b'"' + value + after
    cut = len(before) + 5
    result = _assert_same(scanner, mended, Change(1, 0, 1, ((0, cut, 0), (cut, len(mended) - cut, cut + 2))))
    assert [finding.rule_id for finding in result.findings] == ["heroku-api-key-legacy"]


def test_a_base_that_was_not_seen_is_not_relied_on() -> None:
    data = b"token = 1\n" * 500
    scanner = _scanner()
    _assert_same(scanner, data, Change(5, -1, 0, None))
    other = _PASSWORD + data
    _assert_same(scanner, other, Change(7, 6, 1, ((0, len(other), 0),)))  # number 6 never came by


class Searched(HyperscanPrefilter):
    """Takes down what it searches as a whole."""

    def __init__(self, compiled: bytes) -> None:
        super().__init__(compiled)
        self.whole: list[bytes] = []

    def hits(self, data: bytes, is_binary: bool = False) -> list[tuple[int, int]]:
        self.whole.append(data)
        return super().hits(data, is_binary)


def test_a_base_that_is_given_is_searched_once_for_all_its_versions(lines: list[bytes]) -> None:
    """As at the beginning of a share, where nobody has scanned the base."""
    chance = random.Random(3)
    lines = [line for line in lines if b"\0" not in line]  # binary data has no versions
    base = b"".join(chance.choice(lines) for _ in range(250))
    prefilter = Searched(*builtin().hyperscan.__reduce__()[1])
    scanner = Scanner(builtin().rules, prefilter, 0.0)
    cut = len(base) // 2
    for number in range(1, 8):
        inserted = _piece(lines, chance)
        runs = tuple(_joined([(0, cut, 0), (cut + len(inserted), len(base) - cut, cut)]))
        change = Change(number, 0, 1, runs, False, base)
        assert _assert_same(scanner, base[:cut] + inserted + base[cut:], change).findings
    assert prefilter.whole.count(base) == 1 and len([data for data in prefilter.whole if len(data) >= len(base)]) == 1


def test_siblings_have_the_same_base() -> None:
    base = b"a = 1\n" * 400
    secret = _PASSWORD
    scanner = _scanner()
    _assert_same(scanner, base, Change(0, -1, 0, None))
    for number in (1, 2, 3):
        data = base[:600] + secret * number + base[600:]
        runs = ((0, 600, 0), (600 + len(secret) * number, len(base) - 600, 600))
        result = _assert_same(scanner, data, Change(number, 0, 1, runs))
        assert len({finding.location.span for finding in result.findings}) == number


def test_the_first_looks_read_no_further_than_said() -> None:
    widths = [sum(node.most for node in tree.parse(look)) for look in FIRST_LOOKS]
    assert max(widths) <= FIRST_LOOK_WIDTH


def test_zones_are_around_the_seams_alone() -> None:
    size = 100_000

    def found(copies: list[Copy], size: int, base_size: int) -> list[tuple[int, int]] | None:
        return zones(seams_of(copies, base_size, size), size, LEVELS[0], 2)

    assert found([(0, size, 0)], size, size) == []
    only = found([(0, 50_000, 0), (50_010, 49_990, 50_000)], size, size - 10)
    assert only == [(50_000 - FIRST_LOOK_WIDTH + 1, 50_010 + LEVELS[0] - 1)]
    assert found([], size, size) is None
    went_on = found([(0, size, 0)], size, size + 5)  # the base did
    assert went_on == [(size - FIRST_LOOK_WIDTH + 1, size)]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> Repo:
    """A repository whose files grow and shrink, in one pack of many deltas."""
    repo = Repo(tmp_path_factory.mktemp("versions") / "repo")
    chance = random.Random(7)
    files = [b"".join(chance.choice(lines) for _ in range(500)) for _ in range(3)]
    for _ in range(25):
        for number, data in enumerate(files):
            repo.add(f"file{number}.py", data)
            files[number] = _edited(data, lines, chance)[0]
        repo.commit()
    repo.git("repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
    return repo


def test_a_real_pack(packed: Repo) -> None:
    git = Git(str(packed.path), environment(os.environ))
    source = History(git, open_store(git))
    targets = [target for target in source.targets() if isinstance(target, Target)]
    assert any(":" in target.handle for target in targets)

    class Whole:
        def __init__(self) -> None:
            self._reader = source.reader()

        def read(self, wanted: list[Target]) -> Iterator[Blob | Skip | Names]:
            for answer in self._reader.read(wanted):
                yield answer._replace(lineage=None) if isinstance(answer, Blob) else answer

    with source.reader() as reader:
        by_change = scan_batch(targets, reader, _scanner())
    whole = scan_batch(targets, Whole(), _scanner())  # type: ignore[arg-type]
    assert by_change.read == whole.read > 80
    assert len(by_change.findings) > 1000
    assert _plain(BlobResult(*by_change[:4])) == _plain(BlobResult(*whole[:4]))
