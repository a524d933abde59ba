"""Labelled candidates: snippets of files with what stands where, from a file of the labels' format or a folder."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

# Neither hit nor miss: no credentials by themselves.
NEUTRAL: Final = frozenset(
    {"UUID", "Nonce", "Salt", "AWS S3 Bucket", "Firebase Domain", "Tencent WeChat API App ID"}
)  # fmt: skip
VERDICTS: Final = ("T", "F", "X")


class Label(NamedTuple):
    """A candidate on lines `line` to `end_line` of its file, 1-based. `start` and `end` are offsets in characters
    within the first and the last line; -1 for whole lines.

    `verdict`: T a credential, F none, X cannot be told.
    """

    line: int
    end_line: int
    start: int
    end: int
    verdict: str
    categories: tuple[str, ...]

    @property
    def neutral(self) -> bool:
        return not NEUTRAL.isdisjoint(self.categories)


class Snippet(NamedTuple):
    """Some lines of a file, the first of which is its line `first_line`."""

    repo: str
    path: str
    first_line: int
    text: str
    labels: tuple[Label, ...]


def read(path: Path) -> list[Snippet]:
    """Read a file of one JSON object a line, compressed if its name ends in .gz."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return [
        _snippet(row, f"{path}:{where}") for where, row in _objects(iter(text.removesuffix("\n").split("\n")), path)
    ]


def read_folder(labels: Path, folder: Path) -> list[Snippet]:
    """Read whole files of a folder. `labels` (.csv with a head, or .jsonl) has a row for each label: path, line, label
    and, if known, end_line, start, end, category and repo (else the first folder of the path).
    """
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    with labels.open(encoding="utf-8", newline="") as file:
        source = enumerate(csv.DictReader(file), 2) if labels.suffix == ".csv" else _objects(file, labels)
        for where, row in source:
            if not {"path", "line", "label"} <= row.keys():
                raise SystemExit(f"{labels}:{where}: a label needs path, line and label")
            rows[str(row["path"])].append(row)
    return [_file(folder, path, found) for path, found in sorted(rows.items())]


def _objects(lines: Iterator[str], path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(lines, 1):
        try:
            yield number, json.loads(line)
        except ValueError as error:
            raise SystemExit(f"{path}:{number}: not a JSON object: {error}") from None


def _snippet(row: Mapping[str, Any], where: str) -> Snippet:
    try:
        labels = tuple(label(one) for one in row["labels"])
        return Snippet(str(row["repo"]), str(row["path"]), int(row["first_line"]), str(row["text"]), labels)
    except (KeyError, TypeError, ValueError) as error:
        raise SystemExit(f"{where}: this is not a labelled snippet: {error!r}") from None


def label(row: Mapping[str, Any]) -> Label:
    verdict, line = str(row["label"]), int(row["line"])
    if verdict not in VERDICTS:
        raise ValueError(f"label {verdict!r} is none of {', '.join(VERDICTS)}")
    last, start, end = (int(row.get(name) or other) for name, other in (("end_line", line), ("start", 0), ("end", 0)))
    if end <= 0:
        start = end = -1
    return Label(line, last, start, end, verdict, tuple(str(row.get("category") or "-").split(":")))


def _file(folder: Path, path: str, rows: Sequence[Mapping[str, Any]]) -> Snippet:
    try:
        text = (folder / path).read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise SystemExit(f"{folder / path} is labelled and cannot be read: {error}") from None
    repo = str(rows[0].get("repo") or path.partition("/")[0])
    return Snippet(repo, path, 1, text, tuple(sorted(label(row) for row in rows)))


def kind(path: str) -> str:
    """Return the extension of a file in lower case; of one without any, a dash."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else "-"
