"""Path expressions as globs, which match the same paths, or more where that is said."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.convert.goregex import parse
from scanner.convert.pathglobs import to_globs
from scanner.convert.pathways import NotForPathsError

GLOBS = {
    "ending": (r"\.py$", ("*.py",)),
    "several": (r"\.(?:py|js)$", ("*.py", "*.js")),
    "optional": (r"\.ya?ml$", ("*.yml", "*.yaml")),
    "any-case": (r"(?i)\.py$", ("*.[pP][yY]",)),
    "folder": (r"^src/.*\.py$", ("src/*.py",)),
    "folder-anywhere": (r"vendor/", ("*vendor/*",)),
    "part-of-the-name": (r"secret", ("*secret*", "*secret*/*")),
    "class": (r"key[0-9]\.pem$", ("*key[0123456789].pem",)),
    "plain-star": (r"a\*b$", ("*a[*]b",)),
}


@pytest.mark.parametrize(("go", "expected"), GLOBS.values(), ids=GLOBS.keys())
def test_globs_are_written(go: str, expected: tuple[str, ...]) -> None:
    assert to_globs(parse(go).root) == (expected, "")


@pytest.mark.parametrize(
    ("go", "why"),
    [
        (r"[a-z]+\.py", "cannot repeat"),
        (r"[^/]+\.py", "stops at no character"),
        (r"\bsecret\b", r"\\b"),
        (r"a^b", "anchor"),
        (r".*", "every path"),
        (r"[^a]\.py", "leaves out"),
        (r"(?:a|b|c|d)(?:a|b|c|d)(?:a|b|c|d)", "too many"),
        ("é", "beyond ASCII"),
    ],
)
def test_what_no_glob_says_is_refused(go: str, why: str) -> None:
    with pytest.raises(NotForPathsError, match=why):
        to_globs(parse(go).root)


def test_a_name_in_the_topmost_folder_only_becomes_one_in_every_folder() -> None:
    found = to_globs(parse(r"^Makefile$").root)
    assert found.globs == ("Makefile",) and "every folder" in found.wider


def _covers(globs: tuple[str, ...], path: str) -> bool:
    """As the engine does it."""
    name = path.rpartition("/")[2]
    return any(fnmatchcase(path if "/" in glob else name, glob) for glob in globs)


_PIECES = st.sampled_from(["a", "b", r"\.", "/", ".", ".*", "b?", "[ab]", "(?:a|/b)"])
_PATHS = st.lists(st.text("ab.", min_size=1, max_size=4), min_size=1, max_size=3).map("/".join)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=4), st.sampled_from(["", "^"]), st.sampled_from(["", "$"]), _PATHS)
def test_globs_match_the_paths_that_the_expression_matched(pieces: list[str], begin: str, end: str, path: str) -> None:
    go = begin + "".join(pieces) + end
    try:
        found = to_globs(parse(go).root)
    except NotForPathsError:
        return
    wanted = re.search(go, path) is not None
    assert _covers(found.globs, path) == wanted or (found.wider and not wanted)
