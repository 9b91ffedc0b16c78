#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The demo: ../../demo --help tells what it does, and starts this."""

import argparse
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))

# pylint: disable=wrong-import-position
import build
import namespace
from session import DemoError, EmbeddedProvider, OwnProvider, run_session

ACCOUNT = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
FORBIDDEN = ("root", "pam-oauth")


class Parser(argparse.ArgumentParser):
    """The help is in one place only, and works without python."""

    def error(self, message):
        self.exit(2, f"demo: {message} (./demo --help)\n")


def parse(argv):
    """The options, checked as far as it can be done without a provider."""
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--auto", action="store_true")
    for name in ("--issuer", "--client-id", "--client-secret-file", "--account", "--sub",
                 "--identity", "--ca-file"):
        parser.add_argument(name)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    args = parser.parse_args(argv)
    own = ("client_id", "client_secret_file", "sub", "identity", "ca_file")
    if args.issuer:
        _check_own(parser, args)
    elif any(getattr(args, name) for name in own) or args.set:
        parser.error("these options go with --issuer")
    if args.account and (not ACCOUNT.fullmatch(args.account) or args.account in FORBIDDEN):
        parser.error(f"{args.account} is no name for an account of the demo")
    args.account = args.account or "alice"
    return args


def _check_own(parser, args):
    if args.auto:
        parser.error("--auto plays the person at the demo's own provider, not at yours")
    if not args.client_id or not args.account:
        parser.error("--issuer needs --client-id and --account")
    if args.sub and args.identity:
        parser.error("--sub and --identity exclude each other")
    if args.identity and not re.fullmatch(r"[^=~\s]+=.+", args.identity):
        parser.error("--identity takes CLAIM=VALUE")
    if any("=" not in setting for setting in args.set):
        parser.error("--set takes KEY=VALUE")
    for name in (args.client_secret_file, args.ca_file):
        if name and not pathlib.Path(name).is_file():
            parser.error(f"there is no file {name}")


def build_all(args):
    """Everything that has to be made outside of the private host."""
    print("Building (log: build/demo/demo.log) ...", flush=True)
    work = build.Build()
    work.module()
    if not args.issuer:
        work.provider()


def main():
    """Returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")      # whatever the locale can show
    args = parse(sys.argv[1:])
    if not args.auto and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DemoError("a login needs a terminal; without one there is ./demo --auto")
    for program in ("ssh", "ssh-keygen", *(() if args.issuer else ("node",))):
        if not shutil.which(program):
            raise DemoError(f"{program} is not installed")
    build_all(args)
    provider = OwnProvider(args) if args.issuer else EmbeddedProvider()
    return namespace.run(lambda: run_session(provider, args.account, args.auto),
                         writable=[build.FOLDER])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (build.BuildError, DemoError, namespace.NamespaceError) as e:
        sys.exit(f"demo: {e}")
    except KeyboardInterrupt:
        sys.exit(130)
