"""`redhanded rules`: what the rules are, whether they are sound, and what each of them costs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from random import SystemRandom
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TextIO

from scanner.cli.rules.states import State, state_of
from scanner.errors import CLEAN, USAGE, UsageError
from scanner.redact import printable
from scanner.ruleset.built import Rule
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.rule import build
from scanner.ruleset.spec import RuleSpec

ListFormat = Literal["text", "json"]

_LISTED: Final = (
    *("id", "name", "description", "severity", "evidence", "provider"),
    *("pattern", "tags", "references", "revoke", "enabled"),
)
_COLUMNS: Final = ("id", "severity", "evidence", "name", "here")
_UNSAID: Final[Mapping[str, State]] = MappingProxyType({})
_WIDTH: Final = 100
_ROUNDS: Final = 3  # the quickest of so many passes is nearest to the truth


def list_rules(rules: Sequence[Rule], format: ListFormat, out: TextIO, states: Mapping[str, State] = _UNSAID) -> None:
    """Print a table of the rules, or a JSON list of objects with the keys of `_LISTED`, `in_use` and `said`."""
    if format == "json":
        import json

        json.dump([_object(rule, state_of(rule, states)) for rule in rules], out, indent=2)
        out.write("\n")
        return
    told = [(rule, state_of(rule, states)) for rule in rules]
    rows = [(rule.id, state.severity, rule.evidence, rule.name, "; ".join(state.said)) for rule, state in told]
    width = len(_COLUMNS) if any(row[-1] for row in rows) else len(_COLUMNS) - 1
    _write_table(out, [row[:width] for row in (_COLUMNS, *rows)])


def _object(rule: Rule, state: State) -> dict[str, object]:
    own = {key: getattr(rule, key) for key in _LISTED}
    return {**own, "severity": state.severity, "in_use": state.in_use, "said": list(state.said)}


def _write_table(out: TextIO, rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        cells = (printable(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
        out.write("  ".join(cells).rstrip() + "\n")


def find_spec(specs: Sequence[RuleSpec], id: str) -> RuleSpec:
    """Return the rule of this id. Raises UsageError naming the nearest one."""
    for spec in specs:
        if spec.id == id:
            return spec
    from difflib import get_close_matches

    near = get_close_matches(id, [spec.id for spec in specs], 1)
    help = f"did you mean {near[0]}?" if near else "`redhanded rules list` prints all rules"
    raise UsageError(f"there is no rule {id!r}", help)


def show(spec: RuleSpec, out: TextIO, seed: int | None = None, states: Mapping[str, State] = _UNSAID) -> None:
    """Print all that a person may want to know of a rule. The example is new each time unless `seed` pins it.

    Nothing but such an example can look like a secret here: it opens nothing.
    """
    rule = build(spec)
    out.write(f"{rule.id}: {rule.name}\n\n")
    out.write(textwrap.fill(rule.description, _WIDTH) + "\n\n")
    for title, value in _facts(spec, rule, state_of(rule, states)):
        if value:
            _write_fact(out, title, value)
    out.write(f"\nAn example, made up for this moment:\n{textwrap.indent(_example(spec, seed), '    ')}\n")


def _facts(spec: RuleSpec, rule: Rule, state: State) -> list[tuple[str, str]]:
    return [
        ("provider", rule.provider),
        ("severity", state.severity),
        ("evidence", f"{rule.evidence} (confidence {rule.confidence:g})"),
        ("shape", spec.shape),
        ("pattern", rule.pattern),
        ("context", ", ".join(spec.context)),
        ("only in files", ", ".join(spec.paths)),
        ("entropy", f"at least {rule.min_entropy:g} bits a character" if rule.min_entropy else ""),
        ("checksum", rule.checksum),
        ("how to revoke", rule.revoke),
        ("check by hand", "; ".join(f"{key}: {value}" for key, value in spec.verify)),
        ("references", "\n".join(rule.references)),
        ("tags", ", ".join(rule.tags)),
        ("in use", "" if state.in_use else "no; --only uses it all the same, --extended what is off by default"),
        ("here", "; ".join(state.said)),
        ("defined in", f"{spec.file}:{spec.line}"),
    ]


def _write_fact(out: TextIO, title: str, value: str) -> None:
    begin, indent = f"{title:<16}", " " * 16
    if title in ("shape", "pattern"):  # every space counts, and they are meant to be copied
        out.write(f"{begin}{printable(value)}\n")
        return
    for n, line in enumerate(value.split("\n")):
        first = begin if n == 0 else indent
        wrap = textwrap.TextWrapper(_WIDTH, first, indent, break_long_words=False, break_on_hyphens=False)
        out.write(wrap.fill(printable(line)) + "\n")


def _example(spec: RuleSpec, seed: int | None) -> str:
    from scanner.ruleset.examples import cases

    made = cases(spec, SystemRandom().getrandbits(64) if seed is None else seed)
    text = next((case.text for case in made if case.secret_span is not None), b"(the rule has none)")
    return "\n".join(printable(line) for line in text.rstrip(b"\n").split(b"\n"))


def run_check(files: Sequence[RuleFile], out: TextIO, thorough: bool = False, jobs: int = 1) -> int:
    """Print what is wrong with the rules of these files; return the exit code."""
    from scanner.engine.rulecheck import check
    from scanner.ruleset.load import specs

    problems = check(files, thorough, jobs)
    for problem in problems:
        out.write(printable(str(problem)) + "\n")
    if problems:
        return USAGE
    n_rules = len(specs(files))
    out.write(f"{_counted(n_rules, 'rule')} in {_counted(len(files), 'file')}: no problems\n")
    return CLEAN


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class _Cost(NamedTuple):
    speed: float  # MB/s of this rule's prefilter expression alone
    size: int  # bytes of its automaton
    hits: float  # per MB
    id: str


def profile(rules: Sequence[Rule], samples: Sequence[bytes], out: TextIO) -> None:
    """Print what each rule's first look costs on the samples, the dearest rule first. Raises UsageError.

    Each rule gets an automaton of its own. In the common one the costs do not simply add up, but the rule
    that is slow alone is the one that slows all.
    """
    total = sum(len(sample) for sample in samples)
    if not total:
        raise UsageError(
            "there is nothing to measure on: the sample data is empty", "name files or folders with content"
        )
    costs = sorted(_cost(rule, samples, total) for rule in rules)
    rows = [(f"{cost.speed:,.0f}", f"{cost.size:,}", f"{cost.hits:,.1f}", cost.id) for cost in costs]
    _write_table(out, [("MB/s", "automaton bytes", "hits/MB", "rule"), *rows])


def _cost(rule: Rule, samples: Sequence[bytes], total: int) -> _Cost:
    from time import perf_counter

    try:
        from scanner.engine import hyper
    except ImportError:
        help = "install redhanded where a wheel of `hyperscan` exists"
        raise UsageError("profiling needs Hyperscan, which is not installed here", help) from None

    compiled = hyper.compile_rules([rule])
    prefilter = hyper.HyperscanPrefilter(compiled)
    seconds, hits = float("inf"), 0
    for _ in range(_ROUNDS):
        began = perf_counter()
        hits = sum(len(prefilter.hits(sample)) for sample in samples)
        seconds = min(seconds, perf_counter() - began)
    megabytes = total / 1e6
    return _Cost(megabytes / max(seconds, 1e-9), len(compiled), hits / megabytes, rule.id)
