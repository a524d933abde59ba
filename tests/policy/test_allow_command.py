"""`redhanded allow`: from a finding's id in a report to an entry, and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import FOLDER, load
from tests.cli.support import RULE as CUSTOM
from tests.cli.support import assert_error
from tests.policy.support import SOME_DAY, YESTERDAY, accept, files, found, ids, line
from tests.support import Repo, redhanded, token

WHY = ("--reason", "made up for tests")


def entries(repo: Repo) -> list[Entry]:
    return list(load(str(repo.path)))


@pytest.fixture
def stopped(repo: Repo) -> Repo:
    """A repository with a secret in its index."""
    repo.add("a.py", line("mine"))
    return repo


def test_the_report_tells_what_to_type_and_that_works(stopped: Repo) -> None:
    report = stopped.run("staged")
    (command,) = [text.strip() for text in report.out.splitlines() if text.strip().startswith("redhanded allow add")]
    _, _, _, identity, option, _ = command.split()
    assert (option, [identity]) == ("--reason", ids(report))
    result = stopped.run("allow", "add", identity, *WHY)
    assert result.code == 0
    assert "allowed: [github-pat] ghp_******** at a.py:1:8\n" in result.out
    assert f"wrote {FOLDER}/{files(stopped)[0]}\n" in result.out and f"git add {FOLDER}" in result.out
    assert stopped.run("staged").code == 0
    (made,) = entries(stopped)
    assert (made.rule, made.reason, made.owner) == ("github-pat", "made up for tests", "ada@example.com")
    assert made.expires is None and made.paths == ()


@pytest.mark.parametrize("words", ["{}", "it is {}.", "KEY='{}' of the tests"])
@pytest.mark.parametrize("option", ["--reason", "--owner"])
def test_words_with_the_secret_in_them_are_refused(stopped: Repo, words: str, option: str) -> None:
    secret = token(seed="mine")
    (identity,) = ids(stopped.run("scan"))
    options = {"--reason": "a test", "--owner": "ada", option: words.format(secret)}
    given = [part for pair in options.items() for part in pair]
    for command in (("allow", "add", identity), ("baseline", "create")):
        result = stopped.run(*command, *given)
        assert result.code == 2 and "has the secret in it" in result.err and secret not in result.out + result.err
    assert entries(stopped) == []


def test_no_report_shows_an_id_without_what_to_type(stopped: Repo) -> None:
    for command in ("scan", "staged"):
        assert f'redhanded allow add {ids(stopped.run(command))[0]} --reason "..."' in stopped.run(command).out
    stopped.write("b.py", line("other"))
    assert 'redhanded allow add ID --reason "..."' in stopped.run("scan").out


@pytest.mark.parametrize("form", ["8", "12", "whole", "upper", "json-id"])
def test_an_id_as_any_report_has_it(stopped: Repo, form: str) -> None:
    (one,) = found(stopped.run("scan", ".", "--format", "json"))["findings"]
    whole = one["fingerprint"]
    given = {"8": whole[:8], "12": whole[:12], "whole": whole, "upper": whole.upper(), "json-id": one["id"]}[form]
    assert stopped.run("allow", "add", given, *WHY).code == 0
    assert stopped.run("scan", ".").code == 0


def test_what_is_only_staged_or_only_in_history_is_found_too(repo: Repo) -> None:
    repo.add("old.py", line("old"))
    repo.commit()
    repo.git("rm", "-q", "old.py")
    repo.commit()
    repo.add("new.py", line("new"))
    (repo.path / "new.py").unlink()
    (staged,) = ids(repo.run("staged"))
    (old,) = ids(repo.run("history"))
    result = repo.run("allow", "add", staged, old, *WHY)
    assert result.code == 0
    assert "searching the history" in result.err
    assert (repo.run("staged").code, repo.run("history").code) == (0, 0)
    assert len(entries(repo)) == 2


def test_a_report_made_before_saves_looking_again(repo: Repo, tmp_path: Path) -> None:
    repo.add("old.py", line("old"))
    repo.commit()
    report = tmp_path / "audit.json"
    repo.run("history", "--format", "json", "--output", str(report))
    (repo.path / "old.py").unlink()
    (repo.path / ".git").rename(tmp_path / "git")
    (identity,) = [one["fingerprint"][:12] for one in json.loads(report.read_text())["findings"]]
    result = repo.run("allow", "add", identity, "--report", str(report), "--owner", "ada", *WHY)
    assert result.code == 0
    (tmp_path / "git").rename(repo.path / ".git")
    assert repo.run("history").code == 0


def test_with_the_rule_named_nothing_is_looked_for(stopped: Repo) -> None:
    (one,) = found(stopped.run("scan", ".", "--format", "json"))["findings"]
    assert stopped.run("allow", "add", one["fingerprint"], "--rule", one["rule_id"], *WHY).code == 0
    assert stopped.run("scan", ".").code == 0


def test_findings_of_a_team_s_own_rules(repo: Repo) -> None:
    repo.write("rules.yaml", CUSTOM)
    repo.write("a.txt", token("acme_{base62:20}"))
    rules = ("--rules", "rules.yaml")
    (identity,) = ids(repo.run("scan", *rules))
    refused = repo.run("allow", "add", identity, *WHY)
    assert refused.code == 2 and f"no finding with the id {identity}" in refused.err and "--rules" in refused.err
    assert repo.run("allow", "add", identity, *WHY, *rules).code == 0
    assert repo.run("scan", *rules).code == 0


def test_terms(stopped: Repo) -> None:
    (identity,) = ids(stopped.run("scan"))
    terms = ("--owner", "team-db", "--expires", "2999-12-31", "--path", "*.py", "--path", "docs/")
    assert stopped.run("allow", "add", identity, *WHY, *terms).code == 0
    (made,) = entries(stopped)
    assert (made.owner, made.expires, made.paths) == ("team-db", SOME_DAY, ("*.py", "docs/"))
    assert stopped.run("scan").code == 0


def test_a_scope_that_leaves_a_place_out_is_told(stopped: Repo) -> None:
    (identity,) = ids(stopped.run("scan"))
    result = stopped.run("allow", "add", identity, *WHY, "--path", "docs/")
    assert "it is also outside of --path, and still reported there: a.py" in result.err


def test_added_again_on_other_terms_it_takes_the_place_of_the_first(stopped: Repo) -> None:
    (identity,) = ids(stopped.run("scan"))
    stopped.run("allow", "add", identity, *WHY)
    again = stopped.run("allow", "add", identity, *WHY)
    assert "already allowed, on the same terms" in again.out
    assert len(files(stopped)) == 1
    result = stopped.run("allow", "add", identity, "--reason", "another")
    assert "in place of" in result.out
    assert [one.reason for one in entries(stopped)] == ["another"]


def test_all_entries_share_a_salt(repo: Repo) -> None:
    for name in ("a", "b", "c"):
        repo.write(f"{name}.py", line(name))
    assert repo.run("allow", "add", *ids(repo.run("scan")), *WHY).code == 0
    assert len(entries(repo)) == 3
    assert len({one.salt for one in entries(repo)}) == 1


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("zzz", *WHY), ("'zzz' is not the id of a finding",)),
        (("1234567", *WHY), ("is not the id of a finding", "8 digits")),
        (("deadbeef", *WHY), ("no finding with the id deadbeef", "--report FILE")),
        (("deadbeef", "--rule", "x", *WHY), ("--rule needs an id of 32 digits",)),
        (("0" * 32, "--rule", "a rule", *WHY), ("is not the id of a rule",)),
        (("deadbeef",), ("--reason",)),
        (("deadbeef", "--reason", " "), ("--reason", "one line of 1 to 1,000")),
        (("deadbeef", "--reason", "a\nb"), ("--reason",)),
        (("deadbeef", *WHY, "--expires", "soon"), ("'soon' is no date", )),
        (("deadbeef", *WHY, "--expires", "2020-01-01"), ("that day has passed",)),
        (("deadbeef", *WHY, "--path", "!a"), ("cannot take back another",)),
        (("deadbeef", *WHY, "--path", ""), ("--path",)),
        (("deadbeef", *WHY, "--report", "none.json"), ("--report none.json: No such file",)),
        (("deadbeef", *WHY, "--report", "a.py"), ("--report a.py: this is not a JSON report of redhanded",)),
        (("deadbeef", *WHY, "--report", "{}.json"), ("this is not a JSON report of redhanded",)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(
    stopped: Repo, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    stopped.write("{}.json", '{"schema": "redhanded-report/1", "findings": [{}]}')
    assert stopped.run("allow", "add", *arguments).code == 2
    result = stopped.run("allow", "add", *arguments)
    assert_error(result._replace(err=result.err.removeprefix(_LOOKING)), *parts)
    assert files(stopped) == []


_LOOKING = "redhanded: not in the files or the index; searching the history\n"


def test_nobody_s_name_is_made_up(stopped: Repo) -> None:
    stopped.git("config", "--unset", "user.email")
    (identity,) = ids(stopped.run("scan"))
    assert_error(stopped.run("allow", "add", identity, *WHY), "there is no owner for this", "--owner")


def test_an_ambiguous_id_names_its_secrets(stopped: Repo, tmp_path: Path) -> None:
    report = found(stopped.run("scan", ".", "--format", "json"))
    (one,) = report["findings"]
    report["findings"].append({**one, "fingerprint": one["fingerprint"][:10] + "0" * 22})
    (tmp_path / "r.json").write_text(json.dumps(report))
    result = stopped.run("allow", "add", one["fingerprint"][:9], *WHY, "--report", str(tmp_path / "r.json"))
    assert_error(result, "names 2 secrets", one["fingerprint"])


def test_list(repo: Repo) -> None:
    assert "nothing is accepted" in repo.run("allow", "list").out
    accept(repo.path, [token(seed=1)], expires=YESTERDAY, paths=("docs/",))
    (one,) = entries(repo)
    shown = repo.run("allow", "list").out
    what = "[github-pat] made up for tests (ada@example.com, EXPIRED 2020-01-01, in docs/)"
    assert shown == f"{one.hash[:12]}  {what}\n"
    (listed,) = json.loads(repo.run("allow", "list", "--format", "json").out)
    assert (listed["hash"], listed["expires"], listed["paths"]) == (one.hash, "2020-01-01", ["docs/"])
    assert listed["file"] == one.file and listed["line"] == 1


def test_remove_by_the_listed_id_or_the_finding_s(stopped: Repo) -> None:
    stopped.add("b.py", line("other"))
    accept(stopped.path, [token(seed="mine"), token(seed="other")])
    (mine,) = found(stopped.run("scan", "a.py", "--format", "json"))["suppressed"]
    assert stopped.run("allow", "remove", mine["fingerprint"]).code == 0
    (left,) = entries(stopped)
    assert stopped.run("allow", "remove", left.hash[:8]).code == 0
    assert files(stopped) == []
    assert len(ids(stopped.run("scan"))) == 2
    assert_error(stopped.run("allow", "remove", left.hash[:8]), "nothing is accepted under")
    assert_error(stopped.run("allow", "remove", "x"), "'x' is not an id")


def test_check_and_prune(repo: Repo) -> None:
    """Of five: one is in the files, one in history only, one has expired, one is nowhere, one's rule is unknown."""
    repo.add("a.py", line("history"))
    repo.commit()
    repo.add("a.py", line("files"))
    repo.commit()
    accept(repo.path, [token(seed=seed) for seed in ("history", "files", "nowhere")])
    accept(repo.path, [token(seed="expired")], expires=YESTERDAY)
    repo.write(f"{FOLDER}/own.yaml", '{hash: "' + "0" * 32 + ":" + "1" * 32 + '", rule: own, reason: x, owner: y}\n')
    result = repo.run("allow", "check")
    assert result.code == 1
    assert [text.split(":")[0] for text in result.out.splitlines()[:-1]] == ["expired", "unused"]
    assert "2 of 5 suppressions can be removed" in result.out
    assert "of 1 it cannot be told whether they match: their rules are not in use here" in result.err
    assert repo.run("allow", "prune", "--dry-run").out == result.out
    assert len(entries(repo)) == 5
    assert "removed 2 of 5\n" in repo.run("allow", "prune").out
    assert len(entries(repo)) == 3
    assert repo.run("allow", "check").code == 0
    assert "1 of 3 suppressions can be removed" in repo.run("allow", "check", "--no-history").out


def test_of_what_could_not_be_read_nothing_is_pruned(repo: Repo, tmp_path: Path) -> None:
    for number in range(3):
        repo.add("a.py", f"x = {number}\n")
        repo.commit()
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", str(tmp_path / "shallow"))
    accept(tmp_path / "shallow", [token(seed="mine")])
    result = redhanded("allow", "prune", cwd=tmp_path / "shallow")
    assert "it cannot be told whether they match: not everything could be read" in result.err
    assert "removed 0 of 1" in result.out


@pytest.mark.parametrize("cwd", [".", "sub"])
def test_commands_work_from_below(stopped: Repo, cwd: str) -> None:
    (stopped.path / "sub").mkdir()
    (identity,) = ids(stopped.run("scan"))
    result = redhanded("allow", "add", identity, *WHY, "--path", "a.py", cwd=stopped.path / cwd)
    assert (result.code, result.err) == (0, "")
    assert len(entries(stopped)) == 1
    assert stopped.run("scan").code == 0


def test_no_secret_and_no_fingerprint_is_in_what_is_written(stopped: Repo) -> None:
    (one,) = found(stopped.run("scan", ".", "--format", "json"))["findings"]
    result = stopped.run("allow", "add", one["fingerprint"], *WHY)
    text = (stopped.path / FOLDER / files(stopped)[0]).read_text() + result.out + result.err
    assert token(seed="mine") not in text and one["fingerprint"][:8] not in text
