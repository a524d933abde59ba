"""The options that all scanning commands share."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter, _ArgumentGroup
from collections.abc import Iterator, Sequence
from typing import Any, Final, NoReturn

from scanner.errors import UsageError
from scanner.model import EVIDENCES
from scanner.report import FORMATS

NEVER: Final = "never"
_FEW: Final = 3  # options that a line of usage spells out


class _Help(RawDescriptionHelpFormatter):
    """Help whose first line names what must be given, and not each of twenty options, which are listed below it."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        shown = [action for action in actions if not action.option_strings or action.required]
        if len(actions) - len(shown) > _FEW:
            self._prog, actions, groups = f"{self._prog} [options]", shown, ()
        super().add_usage(usage, actions, groups, prefix)


class Parser(ArgumentParser):
    """An ArgumentParser that complains as the rest of redhanded does, and lets options stand between paths. No option
    may be shortened, that of a subcommand neither: a shorter name may mean another option some day.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, "formatter_class": _Help, **options})

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Namespace:  # type: ignore[override]
        """Return the options. Raises UsageError, naming the nearest option for one that does not exist."""
        parse = self.parse_known_args if self._subparsers else self.parse_known_intermixed_args
        given, names = _shielded(args or ())
        options, rest = parse(given, namespace)
        if rest:
            self._refuse(names.get(rest[0], rest[0]))
        for key, value in vars(options).items():
            if isinstance(value, list):
                setattr(options, key, [names.get(item, item) for item in value])
            elif isinstance(value, str):
                setattr(options, key, names.get(value, value))
        return Namespace(**vars(options))

    def _refuse(self, argument: str) -> NoReturn:
        if not argument.startswith("-"):
            raise UsageError(
                f"{self.prog}: unexpected argument {argument!r}", f"`{self.prog} --help` shows what it takes"
            )
        from difflib import get_close_matches

        near = get_close_matches(argument.partition("=")[0], _option_names(self), 1)
        help = f"did you mean {near[0]}?" if near else f"`{self.prog} --help` shows the options"
        raise UsageError(f"{self.prog} has no option {argument!r}", help)

    def error(self, message: str) -> NoReturn:
        said = message.removeprefix("argument ").replace("expected one argument", "needs a value")
        said = said.replace("the following arguments are required:", f"{self.prog} needs")
        raise UsageError(said, f"`{self.prog} --help` shows how")


class Mixing(Parser):
    """The parser of a subcommand that lets options stand between paths: argparse asks such parsers by this method."""

    _is_asked = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._is_asked:
            return super().parse_known_args(args, namespace)
        self._is_asked = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_asked = False


def _shielded(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return the arguments, those after `--` as stand-ins that look like no option, and what the stand-ins stand for.

    `parse_known_intermixed_args` forgets the `--` itself. No real argument holds a NUL byte.
    """
    given = list(arguments)
    if "--" not in given:
        return given, {}
    at = given.index("--")
    names = {f"\0{number}": name for number, name in enumerate(given[at + 1 :])}
    return [*given[:at], *names], names


def _option_names(parser: ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action.choices, dict):  # the subcommands and their parsers
            for below in action.choices.values():
                yield from _option_names(below)


def scan_parser(command: str, description: str, examples: str) -> Parser:
    """Return a parser with the shared options; the command adds its own."""
    parser = new_parser(command, description, examples)
    output = parser.add_argument_group("output")
    formats = ", ".join(name for name in FORMATS if name != "text")
    output.add_argument(
        "--format", metavar="FORMAT", choices=tuple(FORMATS), default="text", help=f"text (the default), {formats}"
    )
    output.add_argument("--output", metavar="FILE", help="write the report to FILE instead of standard output")
    receipt = "record what was in scope, read and skipped: JSON to FILE, or text to standard error"
    output.add_argument("--receipt", metavar="FILE", nargs="?", const="-", help=receipt)
    output.add_argument("--show-secrets", action="store_true", help="print secrets in full, not masked")
    output.add_argument("-v", "--verbose", action="store_true", help="also list what was skipped, allowed or ruled out")
    rules = rule_options(parser)
    rules.add_argument(
        "--fail-on",
        metavar="GRADE",
        choices=(*EVIDENCES, NEVER),
        help="the weakest evidence that fails the run: proven, structured, contextual (the default), statistical, or "
        "never; findings of severity info never fail it",
    )
    rules.add_argument(
        "--allow-incomplete",
        action="store_true",
        help="exit with 0 instead of 3 when nothing was found but something could not be read",
    )
    run = parser.add_argument_group("running")
    run.add_argument("--jobs", metavar="N", type=_positive, help="worker processes (default: one per processor)")
    run.add_argument("--profile-run", action="store_true", help="report on standard error where the time went")
    return parser


def rule_options(parser: Parser) -> _ArgumentGroup:
    """Add the options that say what counts as a finding."""
    rules = parser.add_argument_group("rules")
    rules.add_argument(
        "--rules", metavar="PATH", action="append", default=[], help="add a rule file, or a folder of them"
    )
    rules.add_argument("--no-builtin-rules", action="store_true", help="use only the rules of --rules")
    rules.add_argument(
        "--only", metavar="RULE", action="append", default=[], help="use only this rule; repeatable; aws-* means many"
    )
    rules.add_argument(
        "--extended",
        action="store_true",
        help="also use the rules that are off by default because they are often wrong",
    )
    rules.add_argument("--skip", metavar="RULE", action="append", default=[], help="leave this rule out")
    policy_options(rules)
    rules.add_argument(
        "--min-confidence",
        metavar="X",
        type=_share,
        help="report only what is at least this sure, from 0 to 1 (default: 0.60 for rules that guess)",
    )
    return rules


def policy_options(group: _ArgumentGroup) -> None:
    """Add the options that say what may silence a finding."""
    group.add_argument(
        "--strict-policy",
        action="store_true",
        help="ignore allow comments that name no rule or give no reason; fail on suppressions that have expired "
        "or match nothing in a whole history",
    )
    group.add_argument(
        "--no-foreign-markers", action="store_true", help="ignore the allow comments of all other scanners"
    )
    group.add_argument(
        "--ignore-marker", metavar="TOOL", action="append", default=[], help="ignore the allow comments of this scanner"
    )


def new_parser(command: str, description: str, examples: str) -> Parser:
    return Parser(
        prog=f"redhanded {command}",
        description=description,
        epilog=f"examples:\n{examples}",
    )


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 1024:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 1024")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return share
