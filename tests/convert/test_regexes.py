"""Go's regular expressions as patterns of ours: written as expected, and matching the same."""

from __future__ import annotations

import re
import string

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.convert.bounds import bounded, changes
from scanner.convert.charclasses import GoSyntaxError
from scanner.convert.goregex import parse
from scanner.convert.nodes import Node, groups, may_be_absent, may_be_empty, width
from scanner.convert.ourregex import write


def _ours(root: Node, secret: int | None) -> str:
    return write(bounded(root, secret, 10 if secret == 0 else 40), secret)


WRITTEN = {
    "literals": (r"acme\.key-1", 0, r"(?P<secret>acme\.key-1)"),
    "star": (r"a*", 0, r"(?P<secret>a{0,40})"),
    "plus": (r"a+?", 0, r"(?P<secret>a{1,41}?)"),
    "from": (r"a{8,}", 0, r"(?P<secret>a{8,48})"),
    "counted": (r"a{2}b{1,3}c?", 0, r"(?P<secret>a{2}b{1,3}c?)"),
    "no-count": (r"{a{,5}}", 0, r"(?P<secret>\{a\{,5\}\})"),
    "lazy-by-flag": (r"(?U)a+b+?", 0, r"(?P<secret>a{1,41}?b{1,41})"),
    "fold-all": (r"(?i)key[0-9a-f]", 0, r"(?P<secret>(?i:key[0-9A-Fa-f]))"),
    "fold-from-the-middle": (r"abc(?i)def|ghi", 0, r"(?P<secret>(?:abc(?i:def)|(?i:ghi)))"),
    "fold-in-a-group": (r"(?:(?i)a)b", 0, r"(?P<secret>(?i:a)b)"),
    "fold-off": (r"(?i)a(?-i)b(?i:c)", 0, r"(?P<secret>(?i:a)b(?i:c))"),
    "begin-and-end": (r"^a$", 0, r"(?P<secret>\Aa\Z)"),
    "small-z": (r"\Aa\z", 0, r"(?P<secret>\Aa\Z)"),
    "lines": (r"(?m)^a$", 0, r"(?P<secret>(?<![^\n])a(?![^\n]))"),
    "words": (r"\ba\B", 0, r"(?P<secret>\ba\B)"),
    "dot": (r".(?s).(?-s).", 0, r"(?P<secret>.(?s:.).)"),
    "space": (r"\s\S", 0, r"(?P<secret>[\t\n\f\r ][^\t\n\f\r ])"),
    "posix": (r"[[:alnum:]][[:^digit:]_]", 0, r"(?P<secret>[0-9A-Za-z][^0-9])"),
    "class": (r"[]a\-\]^-]", 0, r"(?P<secret>[\-\]\^a])"),
    "set-operations": (r"[&~|[]{2}", 0, r"(?P<secret>[\&\[\|\~]{2})"),
    "quoted": (r"\Qa.b*\E+", 0, r"(?P<secret>a\.b\*{1,41})"),
    "codes": (r"\x41\x{e9}\101\n\v\0", 0, r"(?P<secret>A\xc3\xa9A\n\x0b\x00)"),
    "beyond-ascii": (r"[aé]+ü?", 0, r"(?P<secret>(?:a|\xc3\xa9){1,41}(?:\xc3\xbc)?)"),
    "letters": (r"\pL\p{Lu}\PN", 0, r"(?P<secret>[A-Za-z][A-Z][^0-9])"),
    "first-group": (r"k=(\w+)(;)", 1, r"k=(?P<secret>[0-9A-Z_a-z]{1,161})(?:;)"),
    "second-group": (r"(k)=(?P<v>a|b)", 2, r"(?:k)=(?P<secret>a|b)"),
    "new-name-syntax": (r"(?<a>x)(?:y)(?P<b>z)", 2, r"(?:x)y(?P<secret>z)"),
    "group-in-fold": (r"(?i)key=([a-z]{2})", 1, r"(?i:key=(?P<secret>[A-Za-z]{2}))"),
    "negated-beside-fold": (r"[^a](?i)x", 0, r"(?P<secret>[\x00-`b-\xff](?i:x))"),
    "nested-repeat": (r"(?:ab+)+", 0, r"(?P<secret>(?:ab{1,41}){1,41})"),
    "empty-branch": (r"a|", 0, r"(?P<secret>(?:a|))"),
}


@pytest.mark.parametrize(("go", "secret", "expected"), WRITTEN.values(), ids=WRITTEN.keys())
def test_an_expression_is_written_in_our_subset(go: str, secret: int, expected: str) -> None:
    written = _ours(parse(go).root, secret)
    assert written == expected
    re.compile(written.encode("latin-1"))
    regex.compile(written.encode("latin-1"))


REFUSED = {
    "lookahead": ("a(?=b)", "lookarounds"),
    "lookbehind": ("(?<!a)b", "lookarounds"),
    "atomic": ("(?>a)", "atomic"),
    "unknown-group": ("(?x)a", r"\(\?x\)"),
    "unclosed-group": ("(a", "never closed"),
    "unopened-group": ("a)", "has no"),
    "unclosed-class": ("[a", "never closed"),
    "backwards": ("[z-a]", "backwards"),
    "empty-class": (r"[^\s\S]", "no character"),
    "nothing-to-repeat": ("+a", "nothing before"),
    "repeated-repeat": ("a**", "follows a repeat"),
    "too-often": ("a{1001}", "out of range"),
    "backwards-count": ("a{3,2}", "out of range"),
    "back-reference": (r"(a)\1", "not of Go's syntax"),
    "single-byte": (r"\C", "not of Go's syntax"),
    "python-end": (r"a\Z", "not of Go's syntax"),
    "script": (r"\p{Greek}", "no counterpart"),
    "unknown-posix": ("[[:foo:]]", "no class"),
    "last-backslash": ("a\\", "not of Go's syntax"),
    "no-character": (r"\x{110000}", "no character"),
    "too-deep": ("(" * 200 + ")" * 200, "nested too deeply"),
    "too-long": ("a" * 30_000, "30,000 characters"),
}


@pytest.mark.parametrize(("go", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_refused_with_the_reason(go: str, why: str) -> None:
    with pytest.raises(GoSyntaxError, match=why):
        parse(go)


@pytest.mark.parametrize("go", [r"\pL", r"[^é]", r"[\x{80}-\x{ffff}]", r"[a-\x{10FFFF}]"])
def test_what_means_less_over_bytes_is_noted(go: str) -> None:
    assert parse(go).notes


def test_a_line_separator_is_no_space_of_ours_or_theirs() -> None:
    pattern = re.compile(_ours(parse(r"a\sb").root, 0).encode())
    assert pattern.search(b"a\tb") and not pattern.search(b"a\x0bb")


def test_case_is_not_taken_from_a_neighbour() -> None:
    written = _ours(parse(r"(?i:x)|[^acd]").root, 0).encode()
    assert re.search(written, b"A") and regex.search(written, b"A")


def test_width_counts_the_rounds_that_a_bound_adds() -> None:
    assert width(bounded(parse(r"ab{2,}(?:cd)*|x").root, None, 10)) == 1 + 12 + 20


def test_a_secret_and_any_byte_get_more_rounds() -> None:
    before = parse(r"a*(b+(?s:.){8,}?)[^c]*").root
    after = bounded(before, 1, 10)
    assert list(changes(before, after)) == ["`*` is {0,10}", "`+` is {1,41}", "`{8,}?` is {8,168}", "`*` is {0,10}"]
    assert write(after, 1).startswith("a{0,10}(?P<secret>b{1,41}(?s:.){8,168}?)")


@pytest.mark.parametrize(
    ("go", "empty"), [("a*", True), ("a*b", False), (r"\b", True), ("(a|b?)", True), ("(?:a){2}", False)]
)
def test_what_may_be_empty_is_known(go: str, empty: bool) -> None:
    assert may_be_empty(parse(go).root) is empty


@pytest.mark.parametrize(
    ("go", "absent"),
    [(r"(a)b", False), (r"(a)?b", True), (r"(a)|b", True), (r"(?:x(a)){1,2}", False), ("(?:(a)|b)c", True)],
)
def test_a_group_that_a_match_may_lack_is_known(go: str, absent: bool) -> None:
    assert may_be_absent(parse(go).root, 1) is absent


# Pieces whose meaning in Go is that of another text in Python.
_PIECES = [
    *((c, re.escape(c)) for c in "ab01_- =:"),
    (r"\.", r"\."),
    (r"\s", r"[\t\n\f\r ]"),
    (r"\S", r"[^\t\n\f\r ]"),
    (r"\w", r"\w"),
    (r"\W", r"\W"),
    (r"\d", r"\d"),
    (r".", r"."),
    (r"(?s:.)", r"(?s:.)"),
    (r"[[:alpha:]_]", r"[A-Za-z_]"),
    (r"[[:^alpha:]]", r"[^A-Za-z]"),
    (r"[^a-c\s]", r"[^a-c\t\n\f\r ]"),
    (r"[\w.-]", r"[\w.-]"),
    (r"^", r"\A"),
    (r"$", r"\Z"),
    (r"\z", r"\Z"),
    (r"(?m:^)", r"(?m:^)"),
    (r"(?m:$)", r"(?=\n|\Z)"),
    (r"\b", r"\b"),
    (r"(?i:aB)", r"(?i:aB)"),
    (r"\Qa.\E", r"a\."),
    (r"\x61", r"a"),
]
_COUNTS = ["", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "??"]


def _repeated(piece: tuple[str, str], count: str) -> tuple[str, str]:
    if piece[0] in ("^", "$", r"\z", r"\b", "(?m:^)", "(?m:$)") or not count:
        return piece
    # Each engine has its own idea of how often an empty text can be repeated: only what takes a byte is.
    return tuple(f"(?:{side}){count}" for side in piece)  # type: ignore[return-value]


def _joined(pieces: list[tuple[str, str]]) -> tuple[str, str]:
    return "".join(go for go, _ in pieces), "".join(python for _, python in pieces)


_SIMPLE = st.builds(_repeated, st.sampled_from(_PIECES), st.sampled_from(_COUNTS))
_SEQUENCES = st.lists(_SIMPLE, min_size=1, max_size=5).map(_joined)
_BRANCHES = st.lists(_SEQUENCES, min_size=1, max_size=3).map(
    lambda parts: (f"(?:{'|'.join(go for go, _ in parts)})", f"(?:{'|'.join(python for _, python in parts)})")
)
_WHOLE = st.tuples(_SEQUENCES, _BRANCHES, st.sampled_from(["", "(?i)"]), _SEQUENCES)


@settings(max_examples=400, deadline=None)
@given(_WHOLE, st.text(alphabet="abAB01_- =:.\n\t", max_size=30))
def test_random_expressions_match_what_they_matched(
    parts: tuple[tuple[str, str], tuple[str, str], str, tuple[str, str]], text: str
) -> None:
    before, secret, flag, after = parts
    go = f"{before[0]}({secret[0]}){flag}{after[0]}"
    python = f"{before[1]}({secret[1]}){f'(?i:{after[1]})' if flag else after[1]}"
    found = parse(go)
    assert len(groups(found.root)) == 1
    written = _ours(found.root, 1)
    expected = [(m.span(), m.span(1)) for m in re.finditer(python.encode(), text.encode())]
    for engine in (re, regex):
        matches = engine.finditer(written.encode("latin-1"), text.encode())
        assert [(m.span(), m.span("secret")) for m in matches] == expected


@given(st.sets(st.integers(0, 127), min_size=1, max_size=90), st.booleans())
def test_a_class_keeps_its_members(members: set[int], negated: bool) -> None:
    inside = "".join(f"\\x{byte:02x}" for byte in sorted(members))
    written = _ours(parse(f"[{'^' if negated else ''}{inside}]").root, None).encode("latin-1")
    for engine in (re, regex):
        pattern = engine.compile(written)
        assert {b for b in range(128) if pattern.fullmatch(bytes([b]))} == (
            set(range(128)) - members if negated else members
        )


@given(st.text(alphabet=string.printable + "éü", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        root = parse(text).root
    except GoSyntaxError:
        return
    regex.compile(_ours(root, 0).encode("latin-1"))
