"""`redhanded rules new`: a rule file to begin with, sound as it stands."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from typing import Final

from scanner.cli.environment import Environment
from scanner.cli.newfile import check_new, write_new
from scanner.convert.ids import free_id, kebab
from scanner.convert.yamlfile import scalar
from scanner.errors import CLEAN, UsageError
from scanner.redact import printable
from scanner.ruleset.load import specs
from scanner.ruleset.resources import builtin_files

DESCRIPTION: Final = "Start a rule file for a provider: one rule, sound as it stands, whose `shape` you edit.\n"
EPILOG: Final = """\
example:
  redhanded rules new "Acme Cloud"        writes acme-cloud.yaml"""
_LONGEST: Final = 80  # characters of a provider's name
_TEXT: Final = """\
# Secrets of {comment}. docs/writing-rules.md explains every key; `redhanded rules check` finds mistakes.
provider: {provider}
rules:
  - id: {id}                  # for good: people allow findings by it
    name: {name}
    description: {description}
    severity: high            # critical, high, medium, low or info
    # What it looks like. Letters stand for themselves, fields in braces for what differs from one to the next:
    # {{hex:40}}, {{digit:8-10}}, {{[A-Z2-7]:16}}, {{live|test}}. Say the length as exactly as you know it.
    shape: '{prefix}_{{base62:32}}'
    # For a value without a form of its own, the words in the name before it, and how random it must be:
    # context: [{prefix}_key, {prefix}_token]
    # min_entropy: 3
    revoke: {revoke}
    # references: [https://...]               where the facts come from
"""


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("provider", metavar="PROVIDER", help="whose secrets they are: a company, a product")
    parser.add_argument("--output", metavar="FILE", help="the new file (default: PROVIDER.yaml in this folder)")


def run(options: Namespace, environment: Environment) -> int:
    """Write the file and say what to do next. Raises RedhandedError; never writes over a file."""
    provider = " ".join(options.provider.split())
    stem = kebab(provider)
    if not stem or len(provider) > _LONGEST:
        problem = f"{options.provider!r} cannot be a provider's name here"
        raise UsageError(problem, f"it needs a letter or digit of ASCII, and at most {_LONGEST} characters")
    path = f"{stem}.yaml" if options.output is None else options.output
    check_new(path)
    id = free_id(f"{stem}-api-key", {spec.id for spec in specs(builtin_files())})
    write_new(path, skeleton(provider, id))
    file = printable(shlex.quote(path))
    environment.out.write(
        f"{printable(path)} has one rule, {id}. Edit its `shape`, then:\n"
        f"  redhanded rules check --rules {file} --no-builtin-rules\n"
        f"  redhanded rules show {id} --rules {file}\n"
        f"  redhanded scan . --rules {file}\n"
    )
    return CLEAN


def skeleton(provider: str, id: str) -> str:
    """Return the text of the file."""
    return _TEXT.format(
        comment=printable(provider),
        provider=scalar(provider),
        id=id,
        name=scalar(f"{provider} API key"),
        description=scalar(f"What its holder can do with it at {provider}."),
        prefix=kebab(provider).replace("-", "_"),
        revoke=scalar(f"How a person makes it worthless at {provider}."),
    )
