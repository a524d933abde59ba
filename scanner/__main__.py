"""`python -m scanner` and the `redhanded` command."""

if __name__ == "__main__":
    from scanner.cli.safepath import protect

    protect()

from scanner.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
