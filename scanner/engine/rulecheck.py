"""What `redhanded rules check` demands of rules: each runs through the whole engine on cases of its own.

Cases hold random characters, so one may be dropped with good reason: too regular by chance, or a placeholder
by chance. A case that fails is made again with two further seeds, and only what fails in at least two of the
three counts: a rule that loses every second token is as wrong as one that loses all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from time import process_time
from typing import Final, NamedTuple

from scanner.engine.compiled import CompiledRules, prepare
from scanner.engine.match import find
from scanner.engine.patterns import Patterns
from scanner.engine.portable import PortablePrefilter
from scanner.engine.prefilter import TooManyHits
from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin, Finding, Part
from scanner.ruleset.built import Rule
from scanner.ruleset.check import Problem, problem, specs_and_problems
from scanner.ruleset.examples import Case, cases
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.rule import build
from scanner.ruleset.shape import ShapeError
from scanner.ruleset.spec import RuleSpec

_SEEDS: Final = (0, 1, 2)
_TOLERATED: Final = 1  # failures among the seeds
_HOSTILE_BYTES: Final = 100_000  # wider than any window, so that a slow pattern shows its whole cost
_THOROUGH_BYTES: Final = 1_000_000
_BYTES_A_SECOND: Final = 50_000  # the slowest that a rule may be; honest ones do ten times that on the worst input
_NOW: Final = 0.0  # no example has expired


def check(files: Sequence[RuleFile], thorough: bool = False, jobs: int = 1) -> list[Problem]:
    """Return what is wrong with the rules of these files. `thorough`: hostile inputs ten times as long.

    `jobs` processes share the work. Rules that cannot be built hide all further problems: the engine needs them all.
    """
    specs, problems = specs_and_problems(files)
    problems += _without_cases(specs)
    if problems or not specs:
        return problems
    compiled = _prepared(files, specs)
    if isinstance(compiled, list):
        return compiled
    # What a generic rule finds is a candidate; how likely that is a secret is no matter of the rule's.
    scanner = Scanner(compiled.rules, compiled.prefilter, _NOW, gate=0.0)
    size = _THOROUGH_BYTES if thorough else _HOSTILE_BYTES
    shares = [Share(scanner, specs[n::jobs], compiled.rules[n::jobs], files[n::jobs], size) for n in range(jobs)]
    found = [problem for share in _each(shares) for problem in share]
    return sorted(found, key=lambda one: (one.file, one.line, one.message))


class Share(NamedTuple):
    """One process's part of the rules and of their files."""

    scanner: Scanner
    specs: Sequence[RuleSpec]
    rules: Sequence[Rule]
    files: Sequence[RuleFile]
    size: int


def _each(shares: Sequence[Share]) -> list[list[Problem]]:
    if len(shares) == 1:
        return [_problems(shares[0])]
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(len(shares)) as pool:
        return pool.map(_problems, shares)


def _problems(share: Share) -> list[Problem]:
    problems: list[Problem] = []
    for spec, rule in zip(share.specs, share.rules, strict=True):
        problems += _failures(share.scanner, spec)
        problems += _slow(spec, rule, share.size)
    for file in share.files:
        problems += _tokens(share.scanner, file)
    return problems


def _prepared(files: Sequence[RuleFile], specs: Sequence[RuleSpec]) -> CompiledRules | list[Problem]:
    """Return the compiled rules, or those that Hyperscan refuses: they would work, by their literals, but slowly."""
    try:
        from scanner.engine import hyper
    except ImportError:
        return prepare(files, None)
    refused = [spec for spec in specs if not hyper.is_accepted(build(spec))]
    if refused:
        return [
            problem(spec, "Hyperscan cannot compile its pattern: bound its repeats more tightly") for spec in refused
        ]
    return prepare(files, None)


def _without_cases(specs: Sequence[RuleSpec]) -> list[Problem]:
    """Return the rules whose templates cannot be expanded, or that nothing would test."""
    problems = []
    for spec in specs:
        try:
            if all(case.secret_span is None for case in cases(spec)):
                problems.append(problem(spec, "a rule with a pattern needs at least one entry in `examples`"))
        except ShapeError as error:
            problems.append(problem(spec, str(error)))
    return problems


def _failures(scanner: Scanner, spec: RuleSpec) -> Iterator[Problem]:
    origin = FileOrigin(file_name(spec))
    rounds = [cases(spec, _SEEDS[0])]
    for n, case in enumerate(rounds[0]):
        failure = _failure(scanner, case, origin)
        if failure is None:
            continue
        rounds += [cases(spec, seed) for seed in _SEEDS[len(rounds) :]]
        failures = [failure, *(_failure(scanner, other[n], origin) for other in rounds[1:])]
        if sum(one is not None for one in failures) > _TOLERATED:
            yield problem(spec, failure)


def file_name(spec: RuleSpec) -> bytes:
    """Return the name of a file that the rule applies to."""
    if not spec.paths:
        return b"example.txt"
    return re.sub(r"\[!?(.)[^\]]*\]|[*?]", lambda found: found[1] or "x", spec.paths[0]).encode()


def _failure(scanner: Scanner, case: Case, origin: FileOrigin) -> str | None:
    result = scanner.scan_blob(Blob(origin, case.text))
    whole = (*result.findings, *(one.finding for one in result.suppressed))
    findings: list[Finding | Part] = [*whole, *(part for finding in whole for part in finding.parts)]
    own = [finding for finding in findings if finding.rule_id == case.rule_id]
    if case.secret_span is None:
        return f"finds a secret in {case.what}, where there is none" if own else None
    if any(finding.location.span == case.secret_span for finding in own):
        return None
    return f"does not find the secret in {case.what}{_why(case.secret_span, own, findings, result)}"


def _why(
    expected: tuple[int, int], own: Sequence[Finding | Part], findings: Sequence[Finding | Part], result: BlobResult
) -> str:
    if own:
        start, end = own[0].location.span
        return f": it finds bytes {start} to {end} instead of {expected[0]} to {expected[1]}"
    rivals = [one for one in findings if one.location.span.start < expected[1] and expected[0] < one.location.span.end]
    if rivals:
        return f": rule {rivals[0].rule_id!r} takes it"
    if result.drops:
        return f": dropped ({', '.join(reason for reason, _ in result.drops)})"
    return ": its pattern does not match"


def _slow(spec: RuleSpec, rule: Rule, size: int) -> Iterator[Problem]:
    """Run the rule's pattern alone on long inputs made of its own beginnings.

    The portable prefilter chooses the places, since it chooses more of them. One search that takes too long
    ends with the time limit that also guards a scan; many short ones are added up in processor time.
    """
    seconds = size / _BYTES_A_SECOND
    prefilter = PortablePrefilter([rule])
    pattern = Patterns((rule,))[0]
    for what, piece in _hostile(spec):
        data = (piece * (size // len(piece) + 1))[:size]
        began = process_time()
        try:
            for _ in find(pattern, rule, data, prefilter.candidates(data).get(0, []), seconds):
                if process_time() - began > seconds:
                    raise TimeoutError
        except TimeoutError:
            yield problem(
                spec,
                f"takes more than {seconds:g} seconds for {size:,} bytes of {what}: bound it more tightly",
            )
            return
        except TooManyHits as error:
            yield problem(spec, f"{error} in {size:,} bytes of {what}: give it a longer literal")
            return


def _hostile(spec: RuleSpec) -> Iterator[tuple[str, bytes]]:
    """Yield short texts that, repeated, begin to match everywhere and never or hardly ever end."""
    text, (start, end) = next((case.text, case.secret_span) for case in cases(spec) if case.secret_span)
    yield "its own example, cut short", text[: max(start + 1, end - 1)]
    yield "the beginning of its own example", text[: start + max(1, min(8, (end - start) // 2))]


def _tokens(scanner: Scanner, file: RuleFile) -> Iterator[Problem]:
    """Report what looks like a token in the rule file itself: every other scanner would report it as well."""
    result = scanner.scan_blob(Blob(FileOrigin(file.name.encode()), file.data))
    for finding in (*result.findings, *(one.finding for one in result.suppressed)):
        if finding.evidence in ("structured", "proven"):
            line = finding.location.start.line
            what = f"the file holds what looks like a live token ({finding.secret.masked})"
            yield Problem(file.name, line, finding.rule_id, f"{what}: write a template instead")
