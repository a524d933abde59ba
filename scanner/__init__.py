"""redhanded: finds secrets in files, in what is about to be committed, and in git history.

The names below are the library's stable interface; each is imported when first asked for, so that the
commit hook, which needs none of them, does not pay for them.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scanner.api import scan_paths, scan_text
    from scanner.engine.scan import Scanner
    from scanner.model import Finding, Incident, ScanReport, Skip

__version__ = "0.1.0"
__all__ = ["Finding", "Incident", "ScanReport", "Scanner", "Skip", "__version__", "scan_paths", "scan_text"]

_HOMES = {
    "Finding": "scanner.model",
    "Incident": "scanner.model",
    "ScanReport": "scanner.model",
    "Scanner": "scanner.engine.scan",
    "Skip": "scanner.model",
    "scan_paths": "scanner.api",
    "scan_text": "scanner.api",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
