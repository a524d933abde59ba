"""The CI services that `redhanded ci` knows. A service is a module with a SERVICE and one line in SERVICES."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from scanner.cli.services.change import Service

SERVICES: Final[tuple[str, ...]] = (
    "scanner.cli.services.github",
    "scanner.cli.services.gitlab",
    "scanner.cli.services.azure",
    "scanner.cli.services.bitbucket",
    "scanner.cli.services.circleci",
    "scanner.cli.services.jenkins",  # last: its variables are inherited by what it starts
)


def recognise(variables: Mapping[str, str]) -> Service | None:
    """Return the service in which this process runs, None when it is none of them."""
    services: list[Service] = [import_module(name).SERVICE for name in SERVICES]
    return next((service for service in services if service.is_here(variables)), None)
