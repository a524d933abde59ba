"""`redhanded review` without a terminal: decisions from a file, and a file of them to be filled in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.policy.allowfolder import FOLDER
from tests.cli.support import assert_error
from tests.policy.support import SOME_DAY
from tests.review.support import LOOKING, decide, entries, identity, marks, planted, reasons
from tests.support import Repo, token


def test_each_way(three: Repo) -> None:
    text = f"""\
# what the team has decided
"{identity("a")}": {{decision: allow, reason: the sandbox, owner: team-db, expires: "2999-12-31", paths: ["*.py"]}}
{identity("b")}: rotate
{identity("c")}:
  decision: skip
"""
    code, out, err = decide(three, text)
    assert (code, err) == (0, "")
    assert "1 allowed, 1 to be rotated, 1 skipped; 0 undecided\n" in out and f"git add {FOLDER}" in out
    (made,) = entries(three)
    assert (made.reason, made.owner, made.expires, made.paths) == (
        "the sandbox",
        "team-db",
        SOME_DAY,
        ("*.py",),
    )
    assert marks() == [("rotate", "b.py:3:8"), ("skip", "c.py:3:8")]
    assert [one in three.run("scan").out for one in ("a.py", "b.py", "c.py")] == [False, True, True]
    assert three.run("review", "--export", "-").code == 0  # nothing is undecided any more


def test_a_reason_with_the_secret_in_it_is_refused_and_nothing_is_done(three: Repo) -> None:
    first = f'"{identity("a")}": {{decision: allow, reason: "a test"}}\n'
    code, _, err = decide(three, f'{first}"{identity("b")}": {{decision: allow, reason: "it is {token(seed="b")}"}}\n')
    assert code == 2 and ":2: the reason has the secret in it" in err and token(seed="b") not in err
    assert entries(three) == [] and marks() == []


def test_lines_of_json(three: Repo) -> None:
    lines = [
        {"id": identity("a"), "decision": "allow", "reason": "caf\u00e9 \U0001f600"},
        {"id": identity("b"), "decision": "skip"},
    ]
    code, out, _ = decide(three, "\n".join(map(json.dumps, lines)) + "\n\n")
    assert (code, reasons(three)) == (1, ["caf\u00e9 \U0001f600"])
    assert "1 allowed, 0 to be rotated, 1 skipped; 1 undecided\n" in out


def test_what_is_written_for_it_to_be_filled_in(three: Repo, tmp_path: Path) -> None:
    path = tmp_path / "todo.yaml"
    result = three.run("review", "--export", str(path))
    assert (result.code, result.out) == (1, f"wrote {path}: 3 undecided\n")
    text = path.read_text()
    assert f'"{identity("b")}": {{decision: undecided, reason: ""}}' in text
    assert "# [github-pat] critical, proven: ghp_******** at b.py:3:8" in text
    assert not [seed for seed in "abc" if token(seed=seed)[4:20] in text]
    unchanged = three.run("review", "--decisions", str(path))
    assert unchanged.code == 1 and "; 3 undecided" in unchanged.out
    path.write_text(text.replace('undecided, reason: ""', "allow, reason: a test"))
    assert three.run("review", "--decisions", str(path)).code == 0
    assert reasons(three) == ["a test"] * 3
    assert_error(three.run("review", "--export", str(path)), "exists already", "--export")
    (tmp_path / "again.yaml").unlink(missing_ok=True)
    assert three.run("review", "--export", str(tmp_path / "again.yaml")).code == 0


def test_the_same_decisions_twice_change_nothing(three: Repo) -> None:
    text = f"{identity('a')}: {{decision: allow, reason: x}}\n{identity('b')}: rotate\n{identity('c')}: skip\n"
    decide(three, text)
    before = entries(three), marks()
    assert decide(three, text)[0] == 0
    assert (entries(three), marks()) == before


def test_allowing_ends_what_was_to_be_done(three: Repo) -> None:
    decide(three, f"{identity('a')}: rotate\n")
    decide(three, f"{identity('a')}: {{decision: allow, reason: rotated}}\n")
    assert (marks(), reasons(three)) == ([], ["rotated"])


def test_in_the_history_and_from_a_report(repo: Repo, tmp_path: Path) -> None:
    planted(repo, "old", "new")
    (repo.path / "old.py").unlink()
    repo.git("commit", "-qam", "gone")
    assert "no finding" in decide(repo, f"{identity('old')}: rotate\n")[2]
    assert decide(repo, f"{identity('old')}: rotate\n", "--history")[0] == 1
    assert repo.run("review", "--export", "-").out.count("undecided, ") == 1
    report = tmp_path / "report.json"
    repo.run("history", "--format", "json", "--output", str(report))
    assert decide(repo, f"{identity('new')}: {{decision: allow, reason: x}}\n", "--report", str(report))[0] == 0
    assert repo.run("review", "--report", str(report), "--export", "-").code == 0  # the report does not know that


def test_what_must_be_rotated_first_comes_first(repo: Repo) -> None:
    repo.write("a.py", 'password = "hunter2-Xk39f!q"\n')
    planted(repo, "z")
    out = repo.run("review", "--export", "-").out
    assert out.index("z.py") < out.index("a.py:1")


def test_one_secret_in_many_places_is_one_decision(repo: Repo) -> None:
    for name in ("a.py", "b.py", "c/d.py"):
        repo.write(name, f'KEY = "{token(seed="same")}"\n')
    out = repo.run("review", "--export", "-").out
    assert out.count("undecided, ") == 1 and "a.py:1:8, and 2 more" in out
    assert decide(repo, f"{identity('same')}: {{decision: allow, reason: x}}\n")[0] == 0
    assert repo.run("scan").code == 0


@pytest.mark.parametrize("mode", ["files", "history"])
def test_only_some_paths(repo: Repo, mode: str) -> None:
    planted(repo, "a", "sub/b", "subway/c")
    options = ["--history"] if mode == "history" else []
    out = repo.run("review", "--export", "-", *options, "sub").out
    assert "sub/b.py" in out and out.count("undecided, ") == 1


def test_a_scope_that_leaves_a_place_out_is_told(three: Repo) -> None:
    text = f"{identity('a')}: {{decision: allow, reason: x, paths: [docs/]}}\n"
    assert "is still reported: it is in a.py, too" in decide(three, text)[2]


A = "{a}"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("\n{a}: drop\n", ("<stdin>:2: 'drop' is no decision", "allow, rotate, skip, undecided")),
        ("deadbeef: skip\n", ("<stdin>:1: there is no finding deadbeef",)),
        ("{a}: skip\ndeadbeef: skip\ncafecafe: skip\n", (":2: there is no finding d", ":3: there is no finding c")),
        ("xyz: skip\n", ("'xyz' is not the id of a finding",)),
        ("{a}: skip\n{a8}: rotate\n", (":2: decides anew on the finding of line 1",)),
        ("{a}: skip\n{a}: rotate\n", (":2: decides anew on the finding of line 1",)),
        ("{a}: allow\n", (":1: `allow` needs a `reason`",)),
        ("{a}: {decision: allow, reason: 7}\n", ("`allow` needs a `reason`",)),
        ("{a}: {decision: allow, raison: x}\n", ("unknown key 'raison'",)),
        ("{a}: {decision: allow, decision: skip}\n", ("occurs twice",)),
        ("{a}: {decision: allow, reason: x, expires: soon}\n", ("'soon' is no date",)),
        ("{a}: {decision: allow, reason: x, expires: \"2020-01-01\"}\n", ("that day has passed",)),
        ("{a}: {decision: allow, reason: x, expires: 7}\n", ("`expires` must be a text",)),
        ("{a}: {decision: allow, reason: x, paths: docs}\n", ("`paths` must be a list",)),
        ("{a}: {decision: allow, reason: x, paths: [\"!a\"]}\n", ("cannot take back another",)),
        ("{a}: {reason: x}\n", ("there is no `decision`",)),
        ("{a}: [allow]\n", ("a decision is expected here",)),
        ("- a\n", ("decisions are expected here",)),
        ("{a}: &x skip\nb: *x\n", ("aliases", ":2:")),
        ("{a}: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n", ("nested too deeply",)),
        ("{a}: 'skip\n", ("not valid YAML",)),
        ("{a}: sk\u001bip\n", ("not valid YAML",)),
        ('{"id": "{a}", "decision": "skip"}\n{"id": "{b}"\n', (":2: is no line of JSON",)),
        ('{"id": "{a}", "id": "{b}", "decision": "skip"}\n', (":1: a key occurs twice",)),
        ('{"id": 7, "decision": "skip"}\n', ("'7' is not the id of a finding",)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_done(
    three: Repo, text: str, parts: tuple[str, ...]
) -> None:
    good = f"{identity('c')}: rotate\n{identity('b')}: {{decision: allow, reason: fine}}\n"
    filled = text.replace("{a}", identity("a")).replace("{a8}", identity("a")[:8]).replace("{b}", identity("b"))
    given = filled if filled.startswith(("{", "- ", "\n")) else filled + good
    result = three.run("review", "--decisions", "-", stdin=given.encode())
    assert_error(result._replace(err=result.err.removeprefix(LOOKING)), *parts)
    assert entries(three) == [] and marks() == []


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a: \xe9\n", b"a: b\n" * 1_000_000], ids=["utf-16", "latin", "5M"])
def test_a_file_that_is_none(three: Repo, data: bytes) -> None:
    result = three.run("review", "--decisions", "-", stdin=data)
    assert_error(result._replace(err=result.err.removeprefix(LOOKING)), "<stdin>")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((), ("there is no terminal to review at", "--export todo.yaml")),
        (("--decisions", "none.yaml"), ("none.yaml: No such file", "--export FILE")),
        (("--export", "none/x.yaml"), ("there is no folder none",)),
        (("--export", "x", "--decisions", "y"), ("not allowed with",)),
        (("--history", "--report", "y"), ("not allowed with",)),
        (("--done", "deadbeef"), ("'deadbeef' is not on the list",)),
        (("--report", "a.py", "--export", "-"), ("is not a JSON report",)),
        (("--report", "odd.json", "--export", "-"), ("is not a JSON report",)),
        (("nowhere", "--export", "-"), ("nowhere",)),
    ],
)  # fmt: skip
def test_wrong_arguments(three: Repo, arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    report = json.loads(three.run("scan", ".", "--format", "json").out)
    report["findings"][0]["location"]["kind"] = "moon"
    three.write("odd.json", json.dumps(report))
    result = three.run("review", *arguments)
    assert_error(result._replace(err=result.err.removeprefix(LOOKING)), *parts)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rule_id",), "x\x1b[31m"),
        (("rule_id",), 'x", reason: "'),
        (("severity",), "odd"),
        (("evidence",), None),
        (("confidence",), {}),
        (("secret",), 7),
        (("fingerprint",), "--output=x"),
        (("location", "place"), "moon"),
        (("location", "start", "line"), "1"),
        (("location", "span"), []),
        (("location", "kind"), "blob"),
        (("also",), 7),
        (("parts",), [{}]),
        (("exposure",), {"days": 1}),
        (("marker",), "x"),
    ],
)
def test_a_report_that_somebody_has_changed(three: Repo, path: tuple[str, ...], value: object) -> None:
    report = json.loads(three.run("scan", ".", "--format", "json").out)
    *above, last = path
    place = report["findings"][0]
    for key in above:
        place = place[key]
    place[last] = value
    three.write("odd.json", json.dumps(report))
    result = three.run("review", "--report", "odd.json", "--export", "-")
    if path[-1] == "line":  # a number all the same
        assert result.code == 1 and '"1"' not in result.out
    else:
        assert_error(result._replace(err=result.err.removeprefix(LOOKING)), "odd.json: this is not a JSON report")


def test_what_could_not_be_read_is_no_success(repo: Repo, tmp_path: Path) -> None:
    for number in range(3):
        repo.add("a.py", f"x = {number}\n")
        repo.commit()
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", str(tmp_path / "shallow"))
    result = Repo(tmp_path / "shallow").run("review", "--history", "--export", "-")
    assert result.code == 3 and "not everything could be read" in result.err


def test_no_other_command_loads_it(three: Repo) -> None:
    script = "import sys; from scanner.cli.main import main; main(['scan']); print([*sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=three.path, capture_output=True, check=True)
    assert b"scanner.cli.run" in done.stdout and b"reviewing" not in done.stdout
