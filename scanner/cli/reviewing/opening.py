"""A session made ready: the scanner that masks, the terminal, the editor."""

from __future__ import annotations

from argparse import Namespace

from scanner.cli.environment import Environment, cache_folder
from scanner.cli.ready import compiled_rules, scanner_of
from scanner.cli.reviewing.context import Contexts
from scanner.cli.reviewing.deciding import Deciding
from scanner.cli.reviewing.items import Item
from scanner.cli.reviewing.keyboard import Keyboard
from scanner.cli.reviewing.places import Places
from scanner.cli.reviewing.screen import Screen
from scanner.cli.reviewing.session import Session
from scanner.cli.reviewing.todo import Todo
from scanner.cli.settings import configure, roots_of, wanted_rules
from scanner.engine.scan import Scanner
from scanner.git.command import Git
from scanner.git.command import environment as git_environment


def session_of(items: tuple[Item, ...], todo: Todo, root: str, options: Namespace, environment: Environment) -> Session:
    assert environment.stdin is not None
    configure(options, environment, roots_of(environment, [environment.folder]))
    compiled = compiled_rules(options, cache_folder(environment.variables), environment.cpus)
    # All rules, however unlikely the match: masked is all that could be a secret, not only what is reported.
    wide = Scanner(compiled.rules, compiled.prefilter, environment.now, gate=0.0)
    scanner = scanner_of(compiled, wanted_rules(compiled.rules, options), options, environment)
    git = Git(root, git_environment(environment.variables))
    contexts = Contexts(scanner, wide, git, environment.folder, options.show_secrets)
    keyboard = Keyboard(environment.stdin, environment.out, getattr(environment.out, "encoding", None) or "utf-8")
    screen = Screen(environment, {rule.id: rule.info for rule in compiled.rules}, options.show_secrets)
    places = Places(root, options, environment)
    deciding = Deciding(root, todo, environment)
    return Session(items, screen, keyboard, contexts, deciding, places.open, places.explain, environment)
