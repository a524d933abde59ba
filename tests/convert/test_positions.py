"""Where keys stand in TOML."""

from __future__ import annotations

from scanner.convert.positions import Path, find

TEXT = """\
title = "a # no comment" # a comment
[extend] # extend
useDefault = true

[[rules]]
id = 'one'
regex = '''
a = 1
[[rules]]
'''
keywords = [
  "x", # first
  'y',
]
"quoted.key" = 1
inline = { a = 1, b = "}" }
[[rules.allowlists]]
stopwords = [ "[", "]" ]
text = \"\"\"
id = 3 \\\"\"\" [[rules]]
\"\"\"
[[rules.allowlists]]
paths = []
[[rules]]
  id = "two"
  [rules.allowlist]
  commits = ["1"]
[dotted.table]
a.b = 1
"""
EXPECTED: dict[Path, int] = {
    ("title",): 1,
    ("extend",): 2,
    ("extend", "usedefault"): 3,
    ("rules", 0): 5,
    ("rules", 0, "id"): 6,
    ("rules", 0, "regex"): 7,
    ("rules", 0, "keywords"): 11,
    ("rules", 0, "keywords", 0): 12,
    ("rules", 0, "keywords", 1): 13,
    ("rules", 0, "inline"): 16,
    ("rules", 0, "allowlists", 0): 17,
    ("rules", 0, "allowlists", 0, "stopwords"): 18,
    ("rules", 0, "allowlists", 0, "text"): 19,
    ("rules", 0, "allowlists", 1, "paths"): 23,
    ("rules", 1): 24,
    ("rules", 1, "id"): 25,
    ("rules", 1, "allowlist", "commits"): 27,
    ("dotted", "table", "a", "b"): 29,
}


def test_every_key_and_header_has_its_line() -> None:
    positions = find(TEXT)
    assert {path: positions.line(path) for path in EXPECTED} == EXPECTED


def test_what_is_not_found_is_where_its_holder_is() -> None:
    positions = find(TEXT)
    assert positions.line(("rules", 0, "inline", "a")) == 16
    assert positions.line(("rules", 0, "nothing")) == 5
    assert positions.line(("nothing",)) == 1
