"""What the judge learns from: candidates with a verdict, from labelled snippets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanner.model import Span

NEUTRAL = frozenset(
    ("UUID", "Nonce", "Salt", "AWS S3 Bucket", "Firebase Domain", "Tencent WeChat API App ID")
)  # neither hits nor misses, by the labels' rules


class Sample(NamedTuple):
    """One candidate: `group` is what is split by (a repository, a package, a form of assignment). `truth`: 1 or 0.
    `placed`: where it stands there are only passwords.
    """

    data: bytes
    secret: Span
    path: bytes
    truth: int
    group: str
    weight: float = 1.0
    category: str = ""
    origin: str = ""
    placed: bool = False


class Label(NamedTuple):
    """A labelled place in a snippet; `span` in bytes of the snippet, the whole line where the label has no columns."""

    span: Span
    lines: Span
    truth: int
    category: str
    exact: bool
    is_one_line: bool = True


class Snippet(NamedTuple):
    data: bytes
    path: bytes
    group: str
    labels: tuple[Label, ...]
    number: int


def read_labels(path: Path) -> Iterator[Snippet]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            yield _snippet(json.loads(line), number)


def _snippet(row: dict[str, Any], number: int) -> Snippet:
    texts = [text + "\n" for text in row["text"].split("\n")]
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text.encode("utf-8", "surrogatepass")))
    labels = []
    for label in row["labels"]:
        first, last = label["line"] - row["first_line"], label["end_line"] - row["first_line"]
        if not 0 <= first <= last < len(texts):
            continue
        lines = Span(starts[first], starts[last + 1])
        exact = (label["start"] >= 0 and label["end"] > label["start"]) or (first != last and label["start"] >= 0)
        span = (
            Span(_at(texts, starts, first, label["start"]), _at(texts, starts, last, label["end"])) if exact else lines
        )
        labels.append(Label(span, lines, int(label["label"] == "T"), label["category"], exact, first == last))
    data = "".join(texts).encode("utf-8", "surrogatepass")
    return Snippet(data, row["path"].encode(), row["repo"], tuple(labels), number)


def _at(texts: list[str], starts: list[int], line: int, column: int) -> int:
    return starts[line] + len(texts[line][: max(column, 0)].encode("utf-8", "surrogatepass"))


def is_neutral(category: str) -> bool:
    return all(part in NEUTRAL for part in category.split(":"))


def from_labels(snippets: Iterable[Snippet]) -> Iterator[Sample]:
    """Yield the labelled values themselves as candidates."""
    for snippet in snippets:
        for label in snippet.labels:
            if (
                label.exact
                and not is_neutral(label.category)
                and b"\n" not in snippet.data[label.span.start : label.span.end]
            ):
                yield Sample(
                    snippet.data, label.span, snippet.path, label.truth, snippet.group, 1.0, label.category, "label"
                )
