"""Configurations, good and bad, for the reader and for the schema that editors use."""

from __future__ import annotations

_RULES = (
    "custom-rules: {provider: Acme, rules: [{id: a, name: A, description: B, severity: low, shape: 'a_{base62:20}'}]}"
)

_NONE = "findings of severity info fail no gate"
_NO_REASON = "an entry of `allow` needs a `reason`"
_BELOW = "a rule file must be below this file's folder"

GOOD = {
    "empty": "",
    "comment": "# nothing yet\n",
    "exclude": "exclude: [tests/, '*.min.js', /build]\n",
    "include": "exclude: [vendor/]\ninclude: [vendor/ours/]\n",
    "skip": "skip: [generic-password, 'aws-*']\n",
    "enable": "enable: ['generic-*']\n",
    "severity": "severity:\n  github-pat: low\n  aws-*: info\n",
    "severity of all": "severity: {'*': high}\n",
    "allow a value": "allow:\n  - value: 'acme_test_.*'\n    reason: sandbox\n",
    "allow a line": "allow:\n  - {line: 'integrity=', reason: checksums, rules: [generic-*], paths: ['*.html']}\n",
    "allow anything of a rule": "allow:\n  - {value: '.*', reason: r, rules: [generic-password]}\n",
    "confidence": "min-confidence: 0.7\n",
    "confidence, whole": "min-confidence: 1\n",
    "gate": "fail-on: never\n",
    "size in bytes": "max-file-size: 500000\n",
    "size in units": "max-file-size: 20 MiB\n",
    "no built-in rules": "builtin-rules: off\n",
    "rule files": "rules: [security/acme.yaml, b.yml]\n",
    "custom rules": f"{_RULES}\n",
    "markers": "markers: {gitleaks: off, ggshield: on}\n",
    "byte order mark": "\ufeffexclude: [a]\n",
}

# What the schema refuses as well.
BAD = {
    "unknown key": ("exlude: [a]\n", ":1: unknown key 'exlude'", "did you mean 'exclude'?"),
    "exclude: no list": ("exclude: a\n", ":1: `exclude` must be a list of path patterns"),
    "exclude: empty": ("exclude: ['']\n", ":1: `exclude` must be a list of path patterns"),
    "exclude: number": ("exclude:\n  - 7\n", ":2: `exclude` must be a list"),
    "exclude: negated": ("exclude:\n  - a\n  - '!b'\n", ":3: '!b': a pattern cannot take back another", "`include`"),
    "skip: no list": ("skip: generic-password\n", ":1: `skip` must be a list of texts"),
    "severity: no mapping": ("severity: low\n", ":1: `severity` must be a mapping"),
    "severity: unknown": ("severity:\n  a: low\n  b: urgent\n", ":3: the severity of 'b' is 'urgent'"),
    "severity: all to info": (
        "severity: {'*': info}\n",
        f":1: {_NONE}",
        "fail-on: never",
    ),
    "allow: no list": ("allow: {value: a, reason: b}\n", ":1: `allow` must be a list of entries"),
    "allow: text": ("allow: [a]\n", ":1: an entry of `allow` is a mapping"),
    "allow: no reason": (
        "allow:\n  - reason: a\n    value: b\n  - value: a\n",
        f":4: {_NO_REASON}",
    ),
    "allow: blank reason": ("allow: [{value: a, reason: ' '}]\n", ":1: an entry of `allow` needs a `reason`"),
    "allow: neither": ("allow: [{reason: a}]\n", ":1: an entry of `allow` has either a `value` or a `line`"),
    "allow: both": ("allow: [{value: a, line: b, reason: a}]\n", ":1: an entry of `allow` has either"),
    "allow: unknown key": ("allow: [{value: a, reson: b}]\n", ":1: unknown key 'reson'", "did you mean 'reason'?"),
    "allow: long": (f"allow: [{{value: '{'a' * 1001}', reason: b}}]\n", ":1: `value` is 1,001 characters long"),
    "allow: no rules": ("allow: [{value: a, reason: b, rules: []}]\n", ":1: `rules` of an entry of `allow` must be"),
    "allow: many": ("allow: [" + "{value: a, reason: b}," * 201 + "]\n", ":1: `allow` has 201 entries"),
    "confidence: text": ("min-confidence: high\n", ":1: `min-confidence` must be a number from 0 to 1"),
    "confidence: large": ("min-confidence: 1.5\n", ":1: `min-confidence` must be a number from 0 to 1"),
    "confidence: true": ("min-confidence: true\n", ":1: `min-confidence` must be a number from 0 to 1"),
    "gate: unknown": ("fail-on: high\n", ":1: `fail-on` is 'high'; it must be one of proven, "),
    "size: none": ("max-file-size: 0\n", ":1: `max-file-size` must be a size"),
    "size: unknown unit": ("max-file-size: 3 parsecs\n", ":1: `max-file-size` must be a size"),
    "size: true": ("max-file-size: true\n", ":1: `max-file-size` must be a size"),
    "built-in: text": ("builtin-rules: none\n", ":1: `builtin-rules` must be on or off"),
    "rules: absolute": (
        "rules: [/etc/acme.yaml]\n",
        f":1: '/etc/acme.yaml': {_BELOW}",
    ),
    "rules: above": ("rules: [../acme.yaml]\n", ":1: '../acme.yaml': a rule file must be below"),
    "rules: above, later": ("rules: [a/../../b.yaml]\n", ":1: 'a/../../b.yaml': a rule file must be below"),
    "rules: address": ("rules: ['https://a.example/a.yaml']\n", ":1: 'https://a.example/a.yaml': a rule file must be"),
    "rules: drive": ("rules: ['C:\\a.yaml']\n", ":1: 'C:\\\\a.yaml': a rule file must be below"),
    "rules: program": ("rules: [a.py]\n", ":1: 'a.py' is no .yaml file"),
    "custom rules: list": ("custom-rules: []\n", ":1: `custom-rules` must have the form of a rule file"),
    "markers: unknown tool": ("markers: {gitleak: off}\n", ":1: unknown key 'gitleak'", "did you mean 'gitleaks'?"),
    "markers: text": ("markers: {gitleaks: never}\n", ":1: `gitleaks` must be on or off"),
    "markers: off": ("markers: off\n", ":1: `markers` must be a mapping of tools"),
    "many": ("skip: [" + "a," * 1001 + "]\n", ":1: `skip` has 1,001 patterns; the limit is 1,000"),
    "list on top": ("- a\n", ":1: a mapping"),
}

# What only the reader can tell.
BEYOND_SCHEMA = {
    "exclude: all": ("exclude: [a/, '**']\n", ":1: `exclude` leaves out everything, by '**'"),
    "duplicate key": ("skip: [a]\n\nskip: [b]\n", ":3: the key 'skip' occurs twice"),
    "duplicate key inside": ("severity:\n  a: low\n  a: high\n", ":3: the key 'a' occurs twice"),
    "both on and off": ("skip: [a]\nenable: [a]\n", ":2: `enable` has 'a', and so has `skip` in line 1"),
    "size: large": ("max-file-size: 2000 MiB\n", ":1: `max-file-size` must be a size of at most 512 MiB"),
    "expression": ("allow:\n  - value: '(a'\n    reason: b\n", ":2: `value`: '(a' is not a valid regular expression"),
    "expression of another engine": ("allow: [{value: '(?R)a', reason: b}]\n", ":1: `value`: '(?R)a' is not a valid"),
    "large count": ("allow: [{value: 'a{9999}', reason: b}]\n", ":1: `value` counts beyond 1,000"),
    "allows everything": ("allow: [{value: '.*', reason: b}]\n", ":1: `value` allows everything"),
    "allows every line": ("allow: [{line: 'x?', reason: b}]\n", ":1: `line` allows everything"),
    "alias bomb": ("a: &a [x,x]\nb: &b [*a,*a]\n", ":2: aliases (*name) are not allowed"),
    "tag": ("skip: !!python/object/apply:os.system ['true']\n", ":1: tags (!name) are not allowed"),
    "merge key": ("a: &a {b: c}\nd: {<<: *a}\n", ":2: aliases (*name) are not allowed"),
    "second document": ("skip: [a]\n---\nskip: [b]\n", "not valid YAML"),
    "deep": ("allow: " + "[" * 50_000, ":1: is nested too deeply"),
    "nul": ("skip: [a\0b]\n", "not valid YAML"),
}
