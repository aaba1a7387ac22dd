"""``python -m sandbox``: starts WeChat in a box."""

import argparse
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from sandbox.app import build_app
from sandbox.options import PREFIX, Options, load_options

# The options that are worth a flag; all others are environment variables or lines of the TOML file.
FLAGS = ("bind", "product_url", "state", "mode", "format", "node_modules", "personas", "templates")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="WeChat in a box")
    parser.add_argument("--config", type=Path, help="TOML file with any option")
    for name in FLAGS:
        parser.add_argument(f"--{name.replace('_', '-')}", help=f"or {PREFIX}{name.upper()}")
    parser.add_argument(
        "--print-wxb-env", action="store_true", help="print the product's environment and stop"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Returns the exit code: 2 when the options do not fit, 1 when the port or the file cannot be had."""
    parsed = _parse(arguments)
    given: dict[str, Any] = {
        name: getattr(parsed, name) for name in FLAGS if getattr(parsed, name) is not None
    }
    try:
        options: Options = load_options(given, parsed.config)
    except ValidationError as error:
        print(error, file=sys.stderr)
        return 2
    if parsed.print_wxb_env:
        print("\n".join(f"{name}={value}" for name, value in options.product_environment().items()))
        return 0
    print(f"sandbox on {options.origin}, product at {options.product_url}", flush=True)
    try:
        web.run_app(
            build_app(options),
            host=options.host,
            port=options.port,
            print=None,
            access_log=None,
            shutdown_timeout=1.0,
            handler_cancellation=True,
        )
    except OSError as error:
        print(f"the sandbox cannot start on {options.bind}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
