"""The figures of accuracy from beginning to end, on a few snippets of our own."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy.labels import Label, Snippet, kind, read, read_folder
from benchmarks.accuracy.run import Probe
from benchmarks.accuracy.tables import Scanned, by_category, by_gate, by_kind, overall, reliability, weightiest
from benchmarks.accuracy.weights import chooser
from benchmarks.accuracy.worst import false_alarms, misses
from scanner.refine.generic.weights import weights
from tests.support import token

PASSWORD = token("{base62:20}")
TEXT = f"# settings\n\ndb_password = '{PASSWORD}'\nlabel = 'Name'\n"
PLACE = {"line": 43, "end_line": 43, "start": 15, "end": 35}


def row(**changes: Any) -> dict[str, Any]:
    label = {**PLACE, "label": "T", "category": "Password:Key"}
    return {"repo": "r", "path": "r/src/a.py", "first_line": 41, "text": TEXT, "labels": [label], **changes}


def snippet(verdict: str = "T") -> Snippet:
    return Snippet("r", "r/src/a.py", 41, TEXT, (Label(43, 43, 15, 35, verdict, ("Password",)),))


@pytest.mark.parametrize("packed", [True, False])
def test_labels_are_read(tmp_path: Path, packed: bool) -> None:
    content = json.dumps(row()).encode() + b"\n"
    file = tmp_path / ("labels.jsonl.gz" if packed else "labels.jsonl")
    file.write_bytes(gzip.compress(content) if packed else content)
    assert read(file) == [Snippet("r", "r/src/a.py", 41, TEXT, (Label(43, 43, 15, 35, "T", ("Password", "Key")),))]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not a JSON object"),
        ('{"repo": "r"}', "not a labelled snippet"),
        (json.dumps(row(labels=[{**PLACE, "label": "Q", "category": "-"}])), "none of T, F, X"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps(row()) + "\n" + line + "\n")
    with pytest.raises(SystemExit, match=rf"labels.jsonl:2: .*{message}"):
        read(file)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_folder_of_files(tmp_path: Path, form: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.py").write_text(TEXT)
    labels = tmp_path / f"labels.{form}"
    if form == "csv":
        labels.write_text("path,line,start,end,label,category\none/a.py,3,15,35,T,Password\none/a.py,4,,,F,\n")
    else:
        rows: list[dict[str, Any]] = [
            {"path": "one/a.py", "line": 3, "start": 15, "end": 35, "label": "T", "category": "Password"}
        ]
        rows += [{"path": "one/a.py", "line": 4, "label": "F"}]
        labels.write_text("".join(json.dumps(one) + "\n" for one in rows))
    [file] = read_folder(labels, tmp_path)
    assert (file.repo, file.first_line, file.text) == ("one", 1, TEXT)
    assert file.labels == (Label(3, 3, 15, 35, "T", ("Password",)), Label(4, 4, -1, -1, "F", ("-",)))


def test_the_line_numbers_are_those_of_the_file() -> None:
    one = snippet()
    scanned = [Scanned(one, Probe().hits(one))]
    [hit] = scanned[0].hits
    assert (hit.line, hit.column, hit.end_column, hit.judged) == (43, 16, 36, True)
    lines = [*overall(scanned), *by_category(scanned), *by_kind(scanned)]
    assert any(line.split() == ["all", "1", "1", "0", "1.000", "1.000", "1.000", "0"] for line in lines)
    assert any("1 where the label says" in line for line in lines)


def test_gates_and_reliability_count_what_is_right() -> None:
    probe = Probe()
    scanned = [Scanned(one, [hit._replace(confidence=0.75) for hit in probe.hits(one)]) for one in map(snippet, "TTTF")]
    gates = {line.split()[0]: line.split()[2:4] for line in by_gate({0.5: scanned, 0.9: scanned[:1]})}
    assert gates["0.50"] == ["3", "1"]
    assert gates["0.90"] == ["1", "0"]
    assert "0.7 to 0.8           4  0.750  0.750" in list(reliability(scanned, judged=True))


def test_misses_say_what_became_of_the_candidate() -> None:
    probe = Probe()
    text = TEXT.replace(PASSWORD, "changeme")
    one = Snippet("r", "r/src/a.py", 41, text, (Label(43, 43, 15, 23, "T", ("Password",)),))
    fates, shown = misses([Scanned(one, probe.hits(one))], 5, lambda _: probe)
    assert list(fates) == ["placeholder"]
    assert shown[0] == "r/src/a.py:43 Password"


def test_false_alarms_say_what_moved_the_judge() -> None:
    probe = Probe()
    wrong = snippet("F")
    shown = list(false_alarms([Scanned(wrong, probe.hits(wrong))], 5, lambda _: probe))
    assert shown[0].endswith("[generic-password] F Password")
    assert "password" in shown[2]


def test_other_weights_judge_otherwise_and_only_there() -> None:
    none = weights()._replace(of={}, curve=((-1.0, 0.01), (1.0, 0.02)))
    assert Probe(none).hits(snippet()) == []
    assert len(Probe().hits(snippet())) == 1
    assert [hit.confidence for hit in Probe(none).hits(snippet(), gate=0.0)] == [0.015]


def test_weights_need_to_know_every_repository(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"folds\.json"):
        chooser(tmp_path)
    (tmp_path / "folds.json").write_text("{}")
    with pytest.raises(SystemExit, match="repository r is in no fold"):
        chooser(tmp_path)(snippet())


@pytest.mark.parametrize(
    ("path", "expected"), [("a/b.PY", "py"), ("a.d/makefile", "-"), ("x.tar.gz", "gz"), (".env", "env")]
)
def test_kinds(path: str, expected: str) -> None:
    assert kind(path) == expected


def test_what_moves_the_judge_most_comes_first() -> None:
    lines = list(weightiest([[("rare", 3.0), ("common", 1.0)], [("common", 1.0)], [("common", 2.0)], []]))
    assert [line.split()[0] for line in lines] == ["feature", "common", "rare"]
    assert lines[1].split()[1:] == ["+1.33", "75.0%", "1.000"]
    assert next(Probe().weighed(snippet()))
