"""What others keep by its value: detect-secrets' hashes, ggshield's hashes and literals."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from scanner.policy.allowfolder import load
from scanner.policy.config import NAME
from scanner.policy.layer import parse
from tests.migrate.test_migrate import open_places, read
from tests.policy.support import line
from tests.support import Repo, Result, token


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


def baseline(repo: Repo, results: dict[str, list[dict[str, Any]]], **more: Any) -> None:
    whole = {"version": "1.5.0", "plugins_used": [], "filters_used": [], "results": results, **more}
    repo.write(".secrets.baseline", json.dumps(whole, indent=2))


def entry(secret: str, number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "Secret Keyword",
        "hashed_secret": sha1(secret),
        "line_number": number,
        "is_verified": False,
        **more,
    }


def unseen(result: Result, repo: Repo, *secrets: str) -> None:
    """No secret is told or written."""
    files = [path.read_text() for path in (repo.path / ".redhanded").rglob("*.yaml")]
    for secret in secrets:
        assert not any(secret in text for text in (result.out, result.err, *files))


def test_hashes_are_found_again_wherever_the_line_has_moved(repo: Repo) -> None:
    password = token("{base62:20}", 7)
    repo.write("a.py", "#\n" * 9 + line(1) + line(2) + f'password = "{password}"\n')
    baseline(repo, {"a.py": [entry(token(seed=1), 1), entry(password, 2)]})
    result = repo.run("migrate", "--yes")
    assert (result.code, "taken over: 2 findings" in result.out) == (0, True), result
    assert open_places(repo) == ["a.py:11"]
    unseen(result, repo, token(seed=1), password)


def test_a_secret_that_was_exchanged_since_is_not_accepted(repo: Repo) -> None:
    repo.write("a.py", line(2))
    baseline(repo, {"a.py": [entry(token(seed=1), 1)]})
    result = repo.run("migrate", "--yes")
    assert (result.code, "is not the secret that was accepted" in result.out) == (1, True), result
    assert open_places(repo) == ["a.py:1"]


def test_a_word_within_a_secret_does_not_stand_for_it(repo: Repo) -> None:
    repo.write("a.py", line(1))
    baseline(repo, {"a.py": [entry("ghp", 1), entry("KEY", 1)]})
    assert repo.run("migrate", "--yes").code == 1
    assert open_places(repo) == ["a.py:1"]


def test_what_an_audit_called_real_is_not_accepted(repo: Repo) -> None:
    repo.write("a.py", line(1) + line(2) + line(3))
    entries = [
        entry(token(seed=1), 1, is_secret=True),
        entry(token(seed=2), 2, is_secret=False),
        entry(token(seed=3), 3, is_verified=True),
    ]
    baseline(repo, {"a.py": entries})
    result = repo.run("migrate", "--yes")
    assert result.code == 1 and "taken over: 1 finding" in result.out, result
    assert "an audit has called it a real secret" in result.out and "rotate it" in result.out
    assert open_places(repo) == ["a.py:1", "a.py:3"]


def test_the_password_of_a_url_is_found_in_it(repo: Repo) -> None:
    password = token("{base62:16}", 5)
    repo.write("a.yml", f"url: postgres://adm:{password}@db.example.org/x\n")
    assert len(open_places(repo)) == 1
    baseline(repo, {"a.yml": [entry(password, 1)]})
    assert repo.run("migrate", "--yes").code == 0
    assert open_places(repo) == []


def test_filters_become_configuration(repo: Repo) -> None:
    prefix = "detect_secrets.filters.regex."
    filters = [
        {"path": f"{prefix}should_exclude_file", "pattern": [r"^vendor/|\.lock$"]},
        {"path": f"{prefix}should_exclude_line", "pattern": "sandbox"},
        {"path": f"{prefix}should_exclude_secret", "pattern": ["^test_", "(?=x)"]},
        {"path": "detect_secrets.filters.heuristic.is_sequential_string"},
        {"path": "file://filters.py::mine"},
    ]
    plugins = [{"name": "Mine", "path": "file://plugin.py"}, {"name": "JwtTokenDetector"}]
    baseline(repo, {}, filters_used=filters, plugins_used=plugins)
    result = repo.run("migrate", "--yes")
    assert result.code == 1, result
    for told in ("file://filters.py::mine", "plugin 'Mine'", "lookarounds"):
        assert told in result.out
    layer = parse(NAME, read(repo).encode())
    assert [word.text for word in layer.exclude] == ["/vendor/", "*.lock"]
    assert [(one.over, one.pattern) for one in layer.allow] == [("line", "sandbox"), ("value", "test_(?s:.*)")]


def test_the_old_form_of_a_baseline(repo: Repo) -> None:
    baseline(repo, {}, exclude={"files": "package-lock.json|^.secrets.baseline$", "lines": None})
    assert repo.run("migrate", "--yes").code == 0
    assert [word.text for word in parse(NAME, read(repo).encode()).exclude] == [
        "*package-lock?json*",
        "/?secrets?baseline",
    ]


def test_ggshield_accepts_values_and_hashes_in_any_file(repo: Repo) -> None:
    secrets = [token(seed=number) for number in range(4)]
    for number, secret in enumerate(secrets):
        repo.add(f"f{number}.py", f'K = "{secret}"\n')
    repo.commit()
    repo.git("rm", "-q", "f2.py")
    repo.commit()
    digest = hashlib.sha256(secrets[1].encode()).hexdigest()
    repo.write(
        "ggshield.yaml",
        "version: 2\nverbose: true\nsecret:\n  ignored-matches:\n"
        f"    - name: of the sandbox\n      match: {secrets[0]}\n    - name:\n      match: {digest}\n"
        f"    - match: {secrets[2]}\n",
    )
    result = repo.run("migrate", "--yes", "ggshield.yaml")
    (repo.path / "ggshield.yaml").unlink()
    assert (result.code, "taken over: 3 findings" in result.out or "taken over: 4" in result.out) == (0, True), result
    unseen(result, repo, *secrets)
    assert open_places(repo, "history") == ["f3.py:1"]
    assert {one.reason for one in load(str(repo.path))} == {
        "accepted in ggshield.yaml",
        "accepted in ggshield.yaml: of the sandbox",
    }


def test_ggshield_of_old(repo: Repo) -> None:
    repo.write("a.py", line(1))
    repo.write(
        ".gitguardian.yml", f"matches-ignore:\n  - {token(seed=1)}\npaths-ignore:\n  - docs/*\nexit-zero: true\n"
    )
    result = repo.run("migrate", "--yes")
    assert result.code == 0 and "exit_zero" in result.out, result
    assert open_places(repo) == [] or open_places(repo) == [".gitguardian.yml:2"]
    assert [word.text for word in parse(NAME, read(repo).encode()).exclude] == ["docs/*"]


def test_what_a_hash_is_of_may_be_unknown(repo: Repo) -> None:
    repo.write("a.py", line(1))
    repo.write(".gitguardian.yaml", f"version: 2\nsecret:\n  ignored_matches:\n    - match: {'ab' * 32}\n")
    result = repo.run("migrate", "--yes")
    assert (result.code, "no finding's value has this SHA-256" in result.out) == (1, True), result


def test_what_stood_there_once_is_not_called_what_stands_there_now(repo: Repo) -> None:
    repo.add("a.py", line(1))
    repo.commit()
    repo.add("a.py", "a = 1\n")
    repo.commit()
    baseline(repo, {"a.py": [entry("some other value", 1)]})
    repo.write(".gitleaksignore", "a.py:slack-bot-token:1\n")
    result = repo.run("migrate", "--yes")
    assert result.code == 0 and "stands there now" not in result.out, result
    assert result.out.count("redhanded finds nothing there") == 2


BAD: dict[str, tuple[str, bytes, str]] = {
    "json-cut-short": (".secrets.baseline", b'{\n"results": {', ".secrets.baseline:2: not valid JSON"),
    "json-of-something-else": (".secrets.baseline", b"[1]", "is no baseline of detect-secrets"),
    "json-twice": (".secrets.baseline", b'{"results": {}, "results": {}}', "'results' occurs twice"),
    "json-deep": (".secrets.baseline", b"[" * 200_000, "nested too deeply"),
    "json-hash": (".secrets.baseline", b'{"results": {"a": [{"hashed_secret": "x"}]}}', "40 hex digits"),
    "not-utf-8": (".gitleaksignore", b"a\n\xff\n", ".gitleaksignore:2: is not UTF-8"),
    "toml": (".gitleaks.toml", b"a = 1\nb = \n", ".gitleaks.toml:2: not valid TOML"),
    "toml-kind": (".gitleaks.toml", b"rules = 3\n", ".gitleaks.toml:1"),
    "yaml": (".gitguardian.yaml", b"a: 1\nb: [\n", ".gitguardian.yaml:3: not valid YAML"),
    "yaml-bomb": (".gitguardian.yaml", b"a: &a [1, 2]\nb: [*a, *a]\n", ".gitguardian.yaml:2: aliases"),
    "yaml-twice": (".gitguardian.yaml", b"version: 2\nversion: 2\n", ".gitguardian.yaml:2: the key 'version'"),
    "ggshield-list": (".gitguardian.yaml", b"secret:\n  ignored_paths: x\n", ".gitguardian.yaml:2: `ignored_paths`"),
    "ggshield-match": (".gitguardian.yaml", b"matches-ignore:\n  - name: x\n", ".gitguardian.yaml:2: an item"),
    "kingfisher": ("kingfisher-baseline.yml", b"ExactFindings:\n  matches: 3\n", "kingfisher-baseline.yml:2: is no"),
    "kingfisher-line": (
        "kingfisher-baseline.yml",
        b"ExactFindings:\n  matches:\n  - filepath: a\n    linenum: x\n",
        "kingfisher-baseline.yml:3: this entry has no `linenum`",
    ),
    "kingfisher-second": (
        "kingfisher-baseline.yml",
        b"version: 2\nrepositories:\n- id: x\n  findings:\n  - path: a\n",
        "kingfisher-baseline.yml:5: this entry has no `line`",
    ),
    "kingfisher-third": (
        "kingfisher-baseline.yml",
        b"version: 3\nrepositories: []\n",
        "kingfisher-baseline.yml:1: this is a version of the format that is not known",
    ),
}


@pytest.mark.parametrize(("name", "data", "told"), BAD.values(), ids=BAD.keys())
def test_a_broken_file_is_named_with_its_line(repo: Repo, name: str, data: bytes, told: str) -> None:
    repo.write(name, data)
    result = repo.run("migrate", "--yes")
    assert result.code == 2 and result.err.startswith("error: ") and told in result.err, result
    assert not (repo.path / ".redhanded").exists() and not result.out


LARGE = ((".secrets.baseline", 100 << 20), (".gitleaks.toml", 100 << 20), (".gitguardian.yaml", 5 << 20))


@pytest.mark.parametrize(("name", "size"), LARGE)
def test_a_large_file_is_refused(repo: Repo, name: str, size: int) -> None:
    with open(repo.path / name, "wb") as file:
        file.truncate(size)
    result = repo.run("migrate", "--yes")
    assert result.code == 2 and f"{name}: is {size:,} bytes long; the limit is" in result.err, result


def test_links_and_folders_are_not_followed(repo: Repo) -> None:
    (repo.path / ".gitleaksignore").symlink_to("/etc/passwd")
    assert "is a link, and is not followed" in repo.run("migrate").err
    (repo.path / ".gitleaksignore").unlink()
    (repo.path / ".gitleaksignore").mkdir()
    assert "is not a file" in repo.run("migrate").err or "cannot be read" in repo.run("migrate").err


def test_what_is_no_file_of_theirs(repo: Repo) -> None:
    assert "there is no file of another scanner here" in repo.run("migrate").err
    repo.write("notes.txt", "x\n")
    for name in ("notes.txt", "gone.txt"):
        result = repo.run("migrate", name)
        assert result.code == 2 and result.err.startswith(f"error: {name}: "), result
