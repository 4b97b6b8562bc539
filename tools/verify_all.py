"""`make verify-all`: build under changed conditions, with every supported Python, and compare with the manifest.

Each Python gets another folder name, time zone, locale, hash seed and number of jobs. Pythons that are not on this
machine are named and left out. Exit status: 0 if all files are as accepted, 1 if any differ, 2 if a build failed.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from casesynth.core import paths
from casesynth.errors import UserError
from casesynth.runner import verify

PYTHONS = ["3.11", "3.12", "3.13"]
#: For each Python: the folder's name, environment variables, and words for make.
SURROUNDINGS = [
    ("a réview ß 1", {"TZ": "Pacific/Chatham", "LC_ALL": "C", "COLUMNS": "37"}, ["-j1"]),
    ("zwei Wörter", {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, ["-j2"]),
    ("一 review", {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.ISO-8859-1", "FORCE_COLOR": "1"}, ["-j5"]),
]


def available_pythons() -> dict[str, str]:
    """Version -> an interpreter of that version; each is run, since names mislead and shims may lead nowhere."""
    home = Path.home()
    commands = [os.environ.get("PYTHON_COMMAND", ""), *(f"python{version}" for version in PYTHONS), "python3"]
    for pattern in (".pyenv/versions/*/bin/python", ".local/share/uv/python/*/bin/python3"):
        commands += sorted(map(str, home.glob(pattern)), reverse=True)
    available = {}
    for command in filter(None, [*commands, sys.executable]):
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            done = subprocess.run([command, "-c", code], check=False, capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        version = done.stdout.strip()
        if done.returncode == 0 and version in PYTHONS:
            available.setdefault(version, command)
    return available


def environment_of(version: str, command: str) -> Path:
    """An environment for a Python, filled from the lock; kept in build/ for the next time. That of make serves for its own."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}" and Path(sys.prefix) == paths.ROOT / ".venv":
        return paths.ROOT / ".venv"
    folder, lock = paths.ROOT / "build" / f"python-{version}", paths.ROOT / "requirements.lock"
    mark = folder / "installed.lock"
    if not mark.exists() or mark.read_bytes() != lock.read_bytes():
        words = ["sh", "tools/bootstrap.sh", folder.relative_to(paths.ROOT)]
        done = subprocess.run(words, check=False, cwd=paths.ROOT, env=os.environ | {"PYTHON_COMMAND": command})
        if done.returncode:
            raise UserError(f"Python {version} ({command}) could not be set up from the lock.")
    return folder


def verify_with(version: str, command: str, review: str, make: str) -> bool:
    """Build with one Python amid its surroundings, and print how the files compare."""
    folder, variables, words = SURROUNDINGS[PYTHONS.index(version)]
    variables = variables | {"PYTHONHASHSEED": str(PYTHONS.index(version) * 4711), "CONDA_PREFIX": ""}
    settings = ", ".join(f"{name}={value}" for name, value in variables.items() if value)
    same, text = verify.verified(review, make, folder, words, variables, environment_of(version, command))
    print(f"Python {version}, folder '{folder}', {settings}, {words[0]}: {text}", flush=True)
    return same


def main(review: str, make: str) -> int:
    """Verify with every Python, two at a time; returns the exit status."""
    pythons = available_pythons()
    for version in PYTHONS:
        if version not in pythons:
            print(f"Python {version}: not available here, so not verified", flush=True)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda v: verify_with(v, pythons[v], review, make), sorted(pythons)))
    return 0 if all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (UserError, OSError) as error:
        print(f"verify-all: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
