"""`python -m scanner` and the `redhanded` command."""

from scanner.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
