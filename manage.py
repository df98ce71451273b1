"""Starts, checks and administers the alliance tracker.

    python3 manage.py run [--host H] [--port N] [--empty]   start it, with demonstration data unless --empty
    python3 manage.py test                                  run every check
    python3 manage.py test ARGUMENTS                        run pytest with these arguments, nothing else
    python3 manage.py COMMAND ...                           any command of the application: flask COMMAND ...

Each makes what it needs in .venv first; only the package index has to be within reach. Paths in arguments are
relative to the folder of this file.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

MINIMUM = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.txt"
RUNTIME = ROOT / "requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"  # contains the first
WINDOWS = os.name == "nt"

#: A check is a tool with its options; a name before `=` is set in its environment.
CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("lint-imports",),
    ("pytest", "-n", "2", "-m", "not browser"),
    ("TEST_DATABASE=postgresql", "pytest", "-n", "2", "-m", "not browser"),
    ("pytest", "-m", "browser"),  # one browser at a time is faster than two
)


def main(arguments: list[str]) -> int:
    if sys.version_info < MINIMUM:
        sys.exit(f"The alliance tracker needs Python 3.11 or newer; this is {platform.python_version()}.")
    # What another project set for its own Python must not reach ours.
    for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH"):
        os.environ.pop(name, None)
    os.environ["PYTHONUTF8"] = "1"
    os.chdir(ROOT)
    command, *rest = arguments or ["--help"]
    if command in ("-h", "--help", "help"):
        print((__doc__ or "").strip())
        return 0
    if command == "test":
        return test(rest)
    return flask(*start_arguments(rest)) if command == "run" else flask(command, *rest)


def start_arguments(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="manage.py run", description="Starts the application.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="the port to listen on (%(default)s)")
    parser.add_argument("--empty", action="store_true", help="without the demonstration data")
    chosen = parser.parse_args(arguments)
    empty = ["--empty"] if chosen.empty else []
    return ["start", "--host", chosen.host, "--port", str(chosen.port), *empty]


def flask(*arguments: str) -> int:
    install(RUNTIME)
    command = [tool("python"), "-m", "flask", "--app", "wsgi", *arguments]
    if not WINDOWS:  # there, exec returns to the prompt while the server still runs
        sys.stdout.flush()
        os.execv(command[0], command)  # so that a signal to this process reaches the server
    return call(command)


def test(arguments: list[str]) -> int:
    install(DEVELOPMENT, RUNTIME)
    for check in [("pytest", *arguments)] if arguments else CHECKS:
        print("$", *check, flush=True)
        settings = dict(word.split("=") for word in check if "=" in word and not arguments)
        name, *options = check[len(settings) :]
        code = call([tool(name), *options], settings)
        if code:
            return code
    return 0


def install(*locks: Path) -> None:
    """Installs the first of `locks`, which contains the others, when one changed since the last time."""
    uv, python = shutil.which("uv"), tool("python")
    # A moved folder or a replaced Python asks for a new environment; a new lock only for an update.
    base = f"Python {platform.python_version()} in {VENV}"
    wanted = [f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}" for lock in locks]
    intact = STAMP.exists() and Path(python).exists()
    installed = STAMP.read_text("utf-8").splitlines() if intact else []
    if {base, *wanted} <= set(installed):
        return
    print(f"Installing what {locks[0].name} names ...", file=sys.stderr, flush=True)
    kept = [line for line in (base, "pip") if line in installed]
    if base not in kept or not (uv or "pip" in kept):
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", *(["--without-pip"] if uv else []), str(VENV)])
        kept = [base] if uv else [base, "pip"]
    STAMP.unlink(missing_ok=True)  # what is interrupted here begins anew
    pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    subprocess.check_call([*pip, "--quiet", "--require-hashes", "--requirement", str(locks[0])])
    STAMP.write_text("\n".join([*kept, *wanted]), "utf-8")


def tool(name: str) -> str:
    return str(VENV / "Scripts" / f"{name}.exe" if WINDOWS else VENV / "bin" / name)


def call(command: list[str], settings: dict[str, str] | None = None) -> int:
    """The exit code of `command`. Ctrl-C reaches it as well, and it ends in its own way."""
    with subprocess.Popen(command, env={**os.environ, **(settings or {})}) as process:
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                continue
            return code if code >= 0 else 128 - code


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failure:  # it has said why
        sys.exit(failure.returncode)
    except KeyboardInterrupt:
        sys.exit(130)
