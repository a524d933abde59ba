"""The house: what may import what, who may touch the process, and how large things may grow. Read from the source."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import ROOT

MAX_LINES = 300
MAX_FUNCTION = 40

# From the top down. A module may import from layers below its own and from its own.
LAYERS = (
    ("__main__", "cli", "api"),
    ("policy", "report", "sources", "convert"),
    ("engine",),
    ("refine", "decode", "ruleset", "git"),
    ("lines", "model", "globs"),
    ("skips", "marker"),
    (
        "redact",
        "errors",
        "origins",
        "exposure",
        "interrupts",
        "stopwatch",
        "children",
        "garbage",
        "",
    ),  # "" is scanner itself: the version
)
LEVEL = {name: number for number, names in enumerate(LAYERS) for name in names}

# Within a layer, packages do not know each other, except where one of them is there to be shared.
BESIDE = {
    ("__main__", "cli"),
    ("api", "cli"),
    ("refine", "decode"),
    ("refine", "ruleset"),
    ("lines", "model"),
    ("model", "globs"),
    ("children", "interrupts"),
    ("children", "garbage"),
}

# A package that may import only these of ours, although more lies below it.
ONLY = {
    "report": {"report", "model", "redact"},
    "policy": {"policy", "globs", "ruleset", "model", "marker", "errors", "redact"},
    "convert": {"convert", "engine", "ruleset", "model", "redact", "errors"},
    "model": {"redact", "origins", "exposure", "marker", "skips"},
}
NEVER = {
    ("sources", "ruleset"),  # sources never see rules
    ("sources", "refine"),
}


class Module(NamedTuple):
    name: str  # as in `import scanner.cli.main`
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """`cli` of scanner.cli.main, `model` of scanner.model, "" of scanner."""
        return _package(self.name)


def _package(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def _modules() -> list[Module]:
    found = []
    for path in sorted((ROOT / "scanner").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path, ast.parse(path.read_text(encoding="utf-8"))))
    return found


MODULES = _modules()


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield every imported module and its line, those inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _ours(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield our modules that are imported; `from scanner.a import b` is the module scanner.a.b where there is one."""
    names = {module.name for module in MODULES}
    found = [(name, line) for name, line in _imports(tree) if name in names and name != "scanner"]
    for name, line in found:
        if not any(other.startswith(f"{name}.") and line == at for other, at in found):
            yield name, line


def _may_import(importer: str, imported: str) -> bool:
    if (importer, imported) in NEVER or imported not in ONLY.get(importer, {imported}):
        return False
    if importer == imported or (importer, imported) in BESIDE:
        return True
    return LEVEL[imported] > LEVEL[importer]


def test_the_front_of_the_library_imports_nothing_before_it_is_asked() -> None:
    (front,) = (module for module in MODULES if module.name == "scanner")
    eager = [node for node in front.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not eager


def test_there_is_no_import_cycle() -> None:
    graph = {module.name: {name for name, _ in _ours(_eager(module.tree)) if name != module.name} for module in MODULES}
    graph["scanner"] = set()
    while ready := [name for name, needs in graph.items() if not needs & graph.keys()]:
        for name in ready:
            del graph[name]
    assert not graph


def _eager(tree: ast.Module) -> ast.Module:
    """Return what runs when the module is imported: without functions, and without what only type checkers see."""
    kept = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.If)]
    return ast.Module(kept, [])


def test_every_package_has_its_layer() -> None:
    assert {module.package for module in MODULES} == LEVEL.keys()


def _names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield `os.environ` and the like as written, and names imported from os and sys, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}", node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module in ("os", "sys"):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the plain names that are called, and where."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node.lineno


def _upward_imports(module: Module) -> list[str]:
    if module.name == "scanner":
        return []  # the library's front has a test of its own
    imported = [name for name, _ in _ours(module.tree)]
    return [f"imports {name}" for name in imported if not _may_import(module.package, _package(name))]


def _relative_imports(module: Module) -> list[str]:
    return [f"line {n.lineno}" for n in ast.walk(module.tree) if isinstance(n, ast.ImportFrom) and n.level]


def _reads_of_the_process(module: Module) -> list[str]:
    if module.package == "cli":
        return []
    of_the_process = {
        *("os.environ", "os.environb", "os.getenv", "os.putenv", "os.getcwd", "os.getcwdb", "os.chdir"),
        *("sys.argv", "sys.stdin", "sys.stdout", "sys.stderr", "sys.exit"),
    }
    asked = [n.lineno for n in ast.walk(module.tree) if isinstance(n, ast.Attribute) and n.attr == "isatty"]
    read = [f"line {line}: {name}" for name, line in _names(module.tree) if name in of_the_process]
    return [*read, *(f"line {line}: isatty" for line in asked)]


def _programs_started(module: Module) -> list[str]:
    if module.package == "git":
        return []
    starters = ("os.spawn", "os.posix_spawn", "os.exec", "os.system", "os.popen")
    imported = [name for name, _ in _imports(module.tree) if name.partition(".")[0] in ("subprocess", "git", "pty")]
    return [*imported, *(name for name, _ in _names(module.tree) if name.startswith(starters))]


def _network(module: Module) -> list[str]:
    network = ("socket", "ssl", "http", "urllib.request", "requests", "ftplib", "smtplib", "xmlrpc", "asyncio")
    return [name for name, _ in _imports(module.tree) if name.startswith(network)]


def _code_from_data(module: Module) -> list[str]:
    loaders = ("pickle", "marshal", "shelve", "dill")
    imported = [name for name, _ in _imports(module.tree) if name.partition(".")[0] in loaders]
    called = [name for name, _ in _calls(module.tree) if name in ("eval", "exec", "compile", "__import__")]
    return imported + called


def _prints(module: Module) -> list[str]:
    allowed = module.package in ("cli", "report")
    return [] if allowed else [f"line {line}" for name, line in _calls(module.tree) if name == "print"]


def _globals(module: Module) -> list[str]:
    return [f"line {node.lineno}" for node in ast.walk(module.tree) if isinstance(node, ast.Global)]


def _missing_docstring(module: Module) -> list[str]:
    is_empty = not module.path.read_text(encoding="utf-8").strip()
    return [] if is_empty or ast.get_docstring(module.tree) else ["has none"]


def _length(module: Module) -> list[str]:
    lines = module.path.read_text(encoding="utf-8").count("\n")
    return [f"{lines} lines"] if lines > MAX_LINES else []


def _long_functions(module: Module) -> list[str]:
    functions = [n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {function.name: (function.end_lineno or 0) - function.lineno + 1 for function in functions}
    return [f"{name}: {length} lines" for name, length in lengths.items() if length > MAX_FUNCTION]


LAWS: dict[str, Callable[[Module], list[str]]] = {
    "imports point down": _upward_imports,
    "imports are absolute": _relative_imports,
    "only the command line reads the process": _reads_of_the_process,
    "only the git package starts programs": _programs_started,
    "nothing opens the network": _network,
    "nothing unpickles or evaluates": _code_from_data,
    "only the command line and reports print": _prints,
    "there is no global statement": _globals,
    "every module says what it does": _missing_docstring,
    "no module is long": _length,
    "no function is long": _long_functions,
}


@pytest.mark.parametrize("broken", LAWS.values(), ids=LAWS.keys())
def test_every_module_keeps_the_law(broken: Callable[[Module], list[str]]) -> None:
    breaches = {module.name: found for module in MODULES if (found := broken(module))}
    assert not breaches


# One source for each law that breaks it: a judge that never finds anything is no judge.
CRIMES = {
    "imports point down": "from scanner.cli import main",
    "imports are absolute": "from . import x",
    "only the command line reads the process": "import os\nos.environ",
    "only the git package starts programs": "def f():\n    import subprocess",
    "nothing opens the network": "from http.client import HTTPConnection",
    "nothing unpickles or evaluates": "eval(x)",
    "only the command line and reports print": "print()",
    "there is no global statement": "def f():\n    global x",
    "every module says what it does": "",
    "no module is long": "",
    "no function is long": "def f():\n" + "    x = 1\n" * MAX_FUNCTION,
}


@pytest.mark.parametrize("law", LAWS)
def test_a_module_that_breaks_the_law_is_caught(law: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("x = 1\n" * (MAX_LINES + 1))
    assert LAWS[law](Module("scanner.engine.module", path, ast.parse(CRIMES[law])))


def test_tests_import_no_mocks() -> None:
    for path in sorted((ROOT / "tests").rglob("*.py")):
        imported = {name for name, _ in _imports(ast.parse(path.read_text(encoding="utf-8")))}
        assert not [name for name in imported if "mock" in name], path


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("cli", "engine", True),
        ("engine", "cli", False),
        ("sources", "engine", True),
        ("sources", "ruleset", False),
        ("sources", "policy", False),
        ("report", "model", True),
        ("report", "lines", False),
        ("report", "engine", False),
        ("ruleset", "refine", False),
        ("model", "redact", True),
        ("redact", "model", False),
    ],
)
def test_the_judge_of_imports_knows_up_from_down(importer: str, imported: str, allowed: bool) -> None:
    assert _may_import(importer, imported) is allowed
