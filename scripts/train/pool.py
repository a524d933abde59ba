"""Where the samples come from: labelled snippets, the made set, clean packages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from benchmarks.made.lists import Lists, lists
from benchmarks.made.passwords import SECRETS
from benchmarks.packages import listed
from scanner.engine.scan import Scanner
from scanner.model import Span
from scanner.refine.generic.judge import is_placed
from scanner.refine.generic.keys import NAMING, read_key
from scanner.refine.generic.places import read_place
from scanner.refine.generic.site import read_site
from scanner.refine.generic.values import read_value
from scanner.refine.subject import Subject
from scripts.train.candidates import candidates
from scripts.train.sample import Label, Sample, Snippet, is_neutral, read_labels

_MADE = 0.6  # weight of a candidate of the made set
_RENAMED = 0.1  # weight of one under a name that says nothing
_NAME_REACH = 120  # bytes before a value in which its name stands
_PLAIN = frozenset(("assigned", "quoted", "typed"))  # nothing but the name says what it is
_HASHLIKE = frozenset(("hex", "uuid"))
_SILENT = b"""
    x value name id label title text data item version revision commit commit_sha sha1 checksum build branch region zone
    trace_id request_id requestId orderId reference slug bucket image color content body result expected Name Id ETAG
    """.split()
_CLEAN = 1.75  # of a candidate of a clean package
_SHOWN = 0.75  # of one in its tests and documentation
_FILES = 600  # of a package
_SIZE = 1_000_000  # bytes of a file
_EACH = 5  # candidates of a file
_AROUND = 2_000  # bytes on both sides of a candidate that are kept
_LONGEST = 24  # bytes; a longer one is no password that somebody chose
_UNLABELLED = 0.3  # weight of a candidate that nobody has labelled: most are no secrets


def label_samples(path: Path, scanner: Scanner) -> Iterator[Sample]:
    """Yield the candidates of the rules in the snippets, with what the labels say."""
    for snippet in read_labels(path):
        for candidate in candidates(scanner, snippet.data, snippet.path):
            made = _labelled(snippet, candidate)
            if made:
                yield made


def _labelled(snippet: Snippet, candidate: Subject) -> Sample | None:
    made = _told(snippet, candidate.secret)
    return made and made._replace(placed=is_placed(candidate))


def _told(snippet: Snippet, span: Span) -> Sample | None:
    touching = [label for label in snippet.labels if _touch(label.span, span)]
    if any(is_neutral(label.category) for label in touching):
        return None
    exact = [label for label in touching if label.exact]
    true = [label for label in exact if label.truth]
    if any(label.truth and not _same(label, span) for label in touching):
        return None  # a part of it is a secret, or it is a part of one: not what the judge is to learn
    chosen: Label | None = (true or exact or touching or [None])[0]  # type: ignore[list-item]
    if chosen is None:
        if any(_touch(label.lines, span) for label in snippet.labels):
            return None  # something else on a labelled line
        return Sample(snippet.data, span, snippet.path, 0, snippet.group, _UNLABELLED, "", "unlabelled")
    return Sample(snippet.data, span, snippet.path, chosen.truth, snippet.group, 1.0, chosen.category, "label")


def _same(label: Label, span: Span) -> bool:
    """Whether the two are about the same value, give or take its ends."""
    common = min(label.span.end, span.end) - max(label.span.start, span.start)
    return (
        label.exact and label.is_one_line and 2 * common > max(label.span.end - label.span.start, span.end - span.start)
    )


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def realistic(samples: Iterable[Sample], seed: int) -> Iterator[Sample]:
    """Yield labelled passwords with a value that somebody may have chosen: those of the labels are random, and nobody
    should learn from them that words are innocent.
    """
    chance, words = Random(seed), lists("train")
    for sample in samples:
        (start, end), category = sample.secret, sample.category
        if not sample.truth or end - start > _LONGEST or not ("Password" in category or "URL" in category):
            continue
        quoted = sample.data[start - 1 : start] in (b'"', b"'") and sample.data[end : end + 1] in (b'"', b"'")
        value = _fitting(chance, words, quoted)
        data = sample.data[:start] + value + sample.data[end:]
        yield sample._replace(data=data, secret=Span(start, start + len(value)), weight=0.9, origin="realistic")


def _fitting(chance: Random, words: Lists, quoted: bool) -> bytes:
    kinds = ("human", "simple", "simple", "spaced") if quoted else ("human", "simple", "simple")
    while True:
        value = SECRETS[chance.choice(kinds)](chance, words)
        if not any(char in value for char in "\"'\\`:/@" + ("" if quoted else " ")):
            return value.encode()


def made_samples(path: Path, scanner: Scanner) -> Iterator[Sample]:
    """Yield the candidates of the made set, in groups by their form, which stands where a repository would."""
    for snippet in read_labels(path):
        for candidate in candidates(scanner, snippet.data, snippet.path):
            made = _labelled(snippet, candidate)
            if made and made.origin == "label":
                yield made._replace(origin="made", weight=_MADE)


def renamed(samples: Iterable[Sample], seed: int) -> Iterator[Sample]:
    """Yield hex again under names that say nothing: there it is the hash of something."""
    chance = Random(seed)
    for sample in samples:
        data, (start, end) = sample.data, sample.secret
        if not sample.truth or read_value(data[start:end]).form not in _HASHLIKE:
            continue
        site = read_site(data, start, end)
        at = data.rfind(site.key, max(0, start - _NAME_REACH), start) if site.key else -1
        if at >= 0 and site.form in _PLAIN and read_key(site.key).kind in NAMING:
            name = chance.choice(_SILENT)
            text = data[:at] + name + data[at + len(site.key) :]
            moved = len(name) - len(site.key)
            span = Span(start + moved, end + moved)
            yield sample._replace(data=text, secret=span, truth=0, weight=_RENAMED, origin="renamed")


def clean_samples(folder: Path, scanner: Scanner, seed: int) -> Iterator[Sample]:
    """Yield candidates of clean packages, no more than some from each file and package.

    Tests and documentation of clean packages hold passwords that would count in any other repository.
    """
    unseen = {package.folder for package in listed("unseen")}
    for package in sorted(folder.glob("*/*")):
        if package.name in unseen:
            continue  # to measure on
        files = sorted(path for path in package.rglob("*") if path.is_file() and path.stat().st_size < _SIZE)
        Random(seed).shuffle(files)
        for file in files[:_FILES]:
            data = file.read_bytes()
            if b"\0" in data[:8192]:
                continue
            path = str(file.relative_to(folder)).encode()
            weight = _SHOWN if {"test", "example", "vectors"}.intersection(read_place(path).marks) else _CLEAN
            found = list(candidates(scanner, data, path))
            for one in Random(seed).sample(found, min(len(found), _EACH)):
                low, span = max(0, one.secret.start - _AROUND), one.secret
                near, here = data[low : span.end + _AROUND], Span(span.start - low, span.end - low)
                yield Sample(near, here, path, 0, package.name, weight, "", "clean", is_placed(one))
