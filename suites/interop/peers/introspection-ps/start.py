"""Starts introspection-aauth: installs it once, then runs server.py with it.

    python3 start.py person-server 8420     install if need be, then serve on 127.0.0.1:8420
    python3 start.py access-server 8421
    python3 start.py prepare                install only; exit 1 when that is not possible
    python3 start.py prepare again          install anew

Installs into build/peers/introspection of this checkout, exactly what requirements.txt has (hashes are checked, and
nothing is built from source). Needs Python 3.11 or later with venv.
"""

import fcntl
import os
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parents[3] / "build" / "peers" / "introspection"
PYTHON = FOLDER / "venv" / "bin" / "python"


def install(again):
    """Returns why that was not possible, or None."""
    wanted = (HERE / "requirements.txt").read_text()
    stamp = FOLDER / "installed-requirements.txt"
    if not again and stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return None
    stamp.unlink(missing_ok=True)
    try:
        venv.create(FOLDER / "venv", with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"python3 -m venv failed: {error}"
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1",
               "--require-hashes", "--only-binary", ":all:", "--requirement", HERE / "requirements.txt"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no message"]
        return "pip install failed: " + lines[-1][:300]
    stamp.write_text(wanted)
    return None


def main(arguments):
    if sys.version_info < (3, 11):
        sys.exit("introspection-aauth needs Python 3.11 or later")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:  # two peers of this package may start at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        problem = install(arguments[:2] == ["prepare", "again"])
    if problem:
        sys.exit(problem)
    if arguments[:1] != ["prepare"]:
        os.execv(PYTHON, [str(PYTHON), str(HERE / "server.py"), *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
