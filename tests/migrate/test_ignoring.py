"""Regular expressions of paths as patterns of a .gitignore: the same paths, or a refusal with its reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.convert.accepted.ignoring import to_patterns
from scanner.convert.pathways import NotForPathsError
from scanner.globs import Globs

PATTERNS = {
    "ending": (r"\.lock$", ("*.lock",)),
    "several": (r"\.(?:py|js)$", ("*.py", "*.js")),
    "optional": (r"\.ya?ml$", ("*.yml", "*.yaml")),
    "any-case": (r"(?i)\.py$", ("*.[pP][yY]",)),
    "folder-at-the-top": (r"^testdata/", ("/testdata/",)),
    "folder-anywhere": (r"(^|/)fixtures/", ("fixtures/",)),
    "folders-anywhere": (r"(?:^|/)a/b/", ("**/a/b/",)),
    "part-of-a-name": (r"secret", ("*secret*",)),
    "all-below": (r"^docs/.*", ("/docs/",)),
    "below": (r"^docs/.*\.md$", ("/docs/**/*.md",)),
    "within-a-name": (r"^a[^/]*z$", ("/a*z",)),
    "across": (r"^a.*z$", ("/a*z", "/a*/**/*z")),
    "a-name": (r"^package-lock\.json$", ("/package-lock.json",)),
    "plain-star": (r"a\*b$", (r"*a\*b",)),
    "none-of-ours": (r"/x$", ("*/**/x",)),
}


@pytest.mark.parametrize(("expression", "expected"), PATTERNS.values(), ids=PATTERNS.keys())
def test_patterns_are_written(expression: str, expected: tuple[str, ...]) -> None:
    assert to_patterns(expression) == expected


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (r"[a-z]+\.py", "cannot repeat"),
        (r"\bsecret\b", r"\\b"),
        (r"a^b", "anchor"),
        (r".*", "every path"),
        (r"", "every path"),
        (r"[^a]\.py", "leaves out"),
        (r"(?=x)", "lookarounds"),
        (r"(?:a|b|c|d)(?:a|b|c|d)(?:a|b|c|d)", "too many"),
        ("é", "beyond ASCII"),
    ],
)
def test_what_no_pattern_says_is_refused(expression: str, why: str) -> None:
    with pytest.raises(NotForPathsError, match=why):
        to_patterns(expression)


_PIECES = st.lists(
    st.sampled_from(["a", "b", "/", ".*", "[^/]*", r"\.", "(?:a|/b)", "[ab]", "a?"]), min_size=1, max_size=6
)
_PATHS = st.lists(st.from_regex(r"[ab]{1,2}(\.[ab])?", fullmatch=True), min_size=1, max_size=4).map("/".join)


@given(st.sampled_from(["", "^", "(?:^|/)"]), _PIECES, _PATHS)
@settings(max_examples=600, deadline=None)
def test_the_same_paths_are_matched(begin: str, pieces: list[str], path: str) -> None:
    expression = begin + "".join(pieces)
    try:
        patterns = to_patterns(expression)
    except NotForPathsError:
        return
    assert bool(Globs(patterns).match(path)) == bool(re.search(expression, path)), patterns
