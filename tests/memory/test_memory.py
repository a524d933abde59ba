"""What is remembered between audits: what for, for whom, and how little of it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.history.support import history
from tests.memory.support import HARMLESS, KEY, RULES, Auditor, comparable, known
from tests.support import Repo, redhanded, token


def test_only_what_holds_something_is_read_again(audit: Auditor) -> None:
    first, second = audit.see(), audit.see()
    assert (known(first), known(second)) == (0, 8)
    assert comparable(first.report) == comparable(second.report)
    assert second.report["summary"]["drops"] == {"allowed-by-rule": 1}
    assert second.only["location"]["path"] == "key.py"


def test_of_a_new_commit_only_its_objects_are_read(audit: Auditor) -> None:
    audit.see()
    audit.repo.add("new.py", "y = 2\n")
    audit.repo.commit()
    seen = audit.assert_same()
    assert (known(seen), seen.report["summary"]["read"]) == (5, 12)
    assert known(audit.see()) == 11


@pytest.mark.parametrize("command", [("gc", "-q", "--prune=now"), ("repack", "-q", "-a", "-d", "-f")], ids=" ".join)
def test_repacked_objects_are_still_known(audit: Auditor, command: tuple[str, ...]) -> None:
    audit.see()
    audit.repo.git(*command)
    assert known(audit.assert_same()) == 5


def test_what_is_pruned_is_forgotten(audit: Auditor) -> None:
    audit.repo.git("checkout", "-q", "--orphan", "other")
    audit.repo.add("gone.py", "z = 3\n" * 100)
    audit.repo.commit()
    audit.see()
    (file,) = audit.files
    size = file.stat().st_size
    audit.repo.git("checkout", "-q", "main")
    audit.repo.git("branch", "-q", "-D", "other")
    audit.repo.git("reflog", "expire", "--expire=now", "--all")
    audit.repo.git("prune", "--expire=now")
    assert known(audit.assert_same()) == 5
    assert file.stat().st_size < size


def test_an_unchanged_repository_leaves_the_cache_as_it_is(audit: Auditor) -> None:
    audit.see()
    (file,) = audit.files
    before = file.stat().st_ino, file.stat().st_mtime_ns
    audit.see()
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == before


@pytest.mark.parametrize("options", [("--only", "acme-key"), ("--skip", "acme-hook")], ids=" ".join)
def test_other_rules_have_a_memory_of_their_own(audit: Auditor, options: tuple[str, ...]) -> None:
    audit.more = True
    audit.see()
    audit.options = options
    assert known(audit.assert_same()) == 0
    assert known(audit.see()) == 8
    audit.options = ()
    assert known(audit.see()) == 8


def test_a_rule_that_changes_is_another_rule(audit: Auditor) -> None:
    audit.see()
    audit.more = True
    assert known(audit.assert_same()) == 0


def test_no_cache_neither_reads_nor_writes(audit: Auditor) -> None:
    audit.see("--no-cache")
    assert not audit.files
    audit.see()
    assert known(audit.see("--no-cache")) == 0


def test_a_worktree_shares_the_memory_of_its_repository(audit: Auditor, tmp_path: Path) -> None:
    audit.see()
    audit.repo.git("worktree", "add", "-q", str(tmp_path / "tree"), "HEAD~1")
    rules = str(tmp_path / "rules.yaml")
    env = {"XDG_CACHE_HOME": str(audit.cache)}
    assert known(history(tmp_path / "tree", "--no-builtin-rules", "--rules", rules, env=env)) == 5


def test_each_worktree_is_told_of_its_own_head(audit: Auditor, tmp_path: Path) -> None:
    audit.repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"), "HEAD~2")
    env = {"XDG_CACHE_HOME": str(audit.cache)}
    options = ("--no-builtin-rules", "--rules", str(tmp_path / "rules.yaml"))
    for _ in range(2):
        assert audit.see().only["in_head"] is True
        assert history(tmp_path / "tree", *options, env=env).only["in_head"] is False


def test_what_is_excluded_may_change_while_the_repository_does_not(audit: Auditor) -> None:
    for number in range(3):
        audit.repo.add(f"other{number}.py", f'key = "{token("acme_{base62:20}", seed=number)}"\n')
        audit.repo.commit()
    audit.assert_same()
    for patterns in ("[other1.py]", "[other0.py, key.py]", "[other2.py]", "[]"):
        (audit.repo.path / ".redhanded.yaml").write_text(f"exclude: {patterns}\n")
        assert known(audit.assert_same()) > 10


def test_objects_of_sha256_are_read_each_time_and_that_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "long", "--object-format=sha256")
    repo.add("a.py", f'key = "{KEY}"\n')
    repo.commit()
    audit = Auditor(repo, tmp_path)
    seen = audit.see("-v")
    assert "nothing is remembered of this run" in seen.err
    assert known(audit.assert_same()) == 0


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to(audit: Auditor) -> None:
    audit.cache.mkdir(mode=0o500)
    _assert_uncached(audit)


@pytest.mark.parametrize("base", ["/dev/null/cache", "/proc/nothing", ""])
def test_a_folder_that_cannot_be(audit: Auditor, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "")
    audit.cache = Path(base)
    _assert_uncached(audit)


def test_a_file_where_the_folder_should_be(audit: Auditor) -> None:
    audit.cache.mkdir()
    (audit.cache / "redhanded").write_text("mine\n")
    _assert_uncached(audit)


def _assert_uncached(audit: Auditor) -> None:
    for _ in range(2):
        seen = audit.see("-v")
        assert (seen.code, known(seen), len(seen.findings)) == (1, 0, 1)
        assert "redhanded: nothing is remembered of this run" in seen.err
        assert not audit.see().err


def test_a_memory_that_others_may_write_to_is_not_believed(audit: Auditor) -> None:
    audit.see()
    for file in audit.files:
        file.chmod(0o666)
    assert known(audit.assert_same()) == 0


def test_two_runs_at_once(audit: Auditor, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    command = [sys.executable, "-m", "scanner", "history", "--format", "json", "--no-builtin-rules"]
    command += ["--rules", str(tmp_path / "rules.yaml")]
    env = {**os.environ, "XDG_CACHE_HOME": str(audit.cache)}
    for _ in range(2):
        runs = [subprocess.Popen(command, cwd=audit.repo.path, env=env, stdout=subprocess.PIPE) for _ in range(4)]
        reports = [json.loads(run.communicate(timeout=60)[0]) for run in runs]
        assert [run.returncode for run in runs] == [1] * 4
        assert all(comparable(report) == comparable(reports[0]) for report in reports)
    assert known(audit.assert_same()) == 8
    assert [path.name for path in (audit.cache / "redhanded").iterdir() if path.name.startswith(".")] == []


def test_an_object_that_lies_about_its_id_is_not_remembered(audit: Auditor) -> None:
    """Nothing is found in it, so nobody asks whether it is what its id says; who remembered the id would be fooled."""
    audit.repo.git("repack", "-q", "-a", "-d")
    (index,) = (audit.repo.path / ".git" / "objects" / "pack").glob("*.idx")
    plain, key = (bytes.fromhex(audit.repo.git("rev-parse", f"HEAD:{name}.py")) for name in ("plain", "key"))
    data = index.read_bytes()
    # The key's object under a name of its own is what the index calls the plain one, and the other way round.
    at, other = data.index(plain), data.index(key)
    count = (len(data) - 1072) // 28
    crc, place = 1032 + count * 20, 1032 + count * 24
    swapped = bytearray(data)
    for table in (crc, place):
        a, b = (table + (spot - 1032) // 20 * 4 for spot in (at, other))
        swapped[a : a + 4], swapped[b : b + 4] = data[b : b + 4], data[a : a + 4]
    index.chmod(0o644)
    swapped[-20:] = hashlib.sha1(swapped[:-20]).digest()
    index.write_bytes(swapped)
    lying = audit.see()
    assert lying.code in (1, 3)
    index.write_bytes(data)
    seen = audit.assert_same()
    assert seen.only["location"]["path"] == "key.py"


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_damage_to_what_is_known_is_seen(audit: Auditor, packed: bool) -> None:
    oid = audit.repo.git("rev-parse", "HEAD:plain.py")
    objects = audit.repo.path / ".git" / "objects"
    path, at = objects / oid[:2] / oid[2:], -1
    if packed:
        audit.repo.git("repack", "-q", "-a", "-d")
        (path,) = objects.glob("pack/*.pack")
        listed = audit.repo.git("verify-pack", "-v", str(path)).splitlines()
        _, _, _, length, offset, *_ = next(line for line in listed if line.startswith(oid)).split()
        at = int(offset) + int(length) - 1
    assert known(audit.assert_same()) == 0
    assert known(audit.see()) == 8
    whole = bytearray(path.read_bytes())
    whole[at] ^= 1
    path.chmod(0o644)
    path.write_bytes(whole)
    for _ in range(2):
        assert oid in [skipped for _, skipped in audit.assert_same().skips]
    whole[at] ^= 1
    path.write_bytes(whole)
    assert audit.assert_same().skips == []


def test_an_expired_token_is_graded_by_the_time_of_each_run(repo: Repo, tmp_path: Path) -> None:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    soon = int(time.time()) + 3
    chance = random.Random(1)
    signature = base64.urlsafe_b64encode(chance.randbytes(32)).decode().rstrip("=")
    repo.add("a.py", f'TOKEN = "{part({"alg": "HS256"})}.{part({"sub": "ada", "exp": soon})}.{signature}"\n')
    repo.commit()
    before = history(repo)
    time.sleep(max(0.0, soon + 1 - time.time()))
    after = history(repo)
    assert known(after) == 2  # the commit
    assert [f["evidence"] for f in before.findings] == ["proven"]
    assert [f["evidence"] for f in after.findings] == ["statistical"]


def test_nothing_of_a_secret_is_kept(audit: Auditor) -> None:
    """Wherever it stands: in a file, a name, a message, a tag, a branch, in what a tag alone leads to, or nothing."""
    kinds = ("folder", "message", "tag", "branch", "stray", "tagged")
    keys = {kind: token("acme_{base62:20}", seed=kind) for kind in kinds}
    audit.repo.add(f"{keys['folder']}/plain.py", "x = 3\n")
    audit.repo.commit(f"say {keys['message']}")
    audit.repo.git("tag", "-a", "v1", "-m", keys["tag"])
    audit.repo.git("branch", keys["branch"])
    stray, tagged = (audit.repo.git("hash-object", "-w", "--stdin", stdin=keys[k].encode()) for k in kinds[-2:])
    audit.repo.git("tag", "file", tagged)
    audit.see()
    audit.repo.git("repack", "-q", "-a", "-d", "-k")
    first = audit.see()
    assert comparable(first.report) == comparable(audit.see().report)
    forbidden = [b"key.py", b"Ada", b"plain", os.fsencode(audit.repo.path), HARMLESS.encode()]
    for text in (KEY, *keys.values()):
        secret = text.encode()
        forbidden += [secret, secret[5:], secret[5:].hex().encode(), base64.b64encode(secret)[8:-4]]
        forbidden += [hashlib.new(name, secret).digest() for name in ("md5", "sha1", "sha256", "blake2b")]
        forbidden += [hashlib.new(name, secret).hexdigest().encode() for name in ("md5", "sha1", "sha256", "blake2b")]
    tree = audit.repo.git("rev-parse", "HEAD^{tree}")
    for oid in (audit.repo.git("rev-parse", "HEAD:key.py"), stray, tagged, tree, audit.repo.git("rev-parse", "v1")):
        forbidden += [bytes.fromhex(oid), oid.encode()]
    forbidden += [f["fingerprint"].encode() for f in first.findings]
    assert len(first.findings) == 6 and len(audit.see("--all-objects").findings) == 7
    (file,) = audit.files
    data = file.read_bytes()
    assert bytes.fromhex(audit.repo.git("rev-parse", "HEAD:plain.py")) in data
    assert not [text for text in forbidden if text in data]
    assert file.stat().st_mode & 0o077 == 0


def test_the_cache_can_be_seen_and_cleared(audit: Auditor, tmp_path: Path) -> None:
    env = {"XDG_CACHE_HOME": str(audit.cache)}
    empty = redhanded("cache", "info", cwd=tmp_path, env=env)
    assert (empty.code, empty.err) == (0, "")
    assert "compiled rules: 0 files, 0 bytes" in empty.out
    audit.see()
    (audit.cache / "redhanded" / "mine.txt").write_text("mine\n")
    (file,) = audit.files
    shown = redhanded("cache", "info", cwd=tmp_path, env=env)
    assert f"nothing was found: 1 file, {file.stat().st_size:,} bytes" in shown.out
    assert str(audit.cache) in shown.out
    cleared = redhanded("cache", "clear", cwd=tmp_path, env=env)
    assert (cleared.code, cleared.err) == (0, "")
    assert [path.name for path in (audit.cache / "redhanded").iterdir()] == ["mine.txt"]
    assert known(audit.assert_same()) == 0


def test_a_cache_that_does_not_exist_is_an_error_that_says_where_it_would_be(tmp_path: Path) -> None:
    result = redhanded("cache", "info", cwd=tmp_path, env={"XDG_CACHE_HOME": "", "HOME": ""})
    assert result.code == 2
    assert "error: there is no cache folder" in result.err and "help:" in result.err
