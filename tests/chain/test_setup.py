"""Set-up: which Python make takes, what it says when there is none, and what a terminal shows."""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios

import pytest

from tests.support import ROOT

TOOLS = "sh env make cp rm mkdir test getconf cat find sed dirname uname".split()


@pytest.fixture
def bare(project, tmp_path):
    """A project without .venv, and a PATH that holds a few tools and no Python."""
    project.path(".venv").unlink(missing_ok=True)
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (folder / tool).symlink_to(found)
    project.bin = folder
    return project


def python_that_says(folder, name, version):
    file = folder / name
    file.write_text(f"#!/bin/sh\necho {version}\n")
    file.chmod(0o755)


def environment_of(bare):
    return {"PATH": str(bare.bin), "CONDA_PREFIX": "", "VIRTUAL_ENV": ""}


def test_no_python_is_said_in_one_line(bare):
    done = bare.make(environment=environment_of(bare))
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make: ***") and "make[1]" not in line]
    assert len(lines) == 1 and "no Python 3.11, 3.12 or 3.13 found (no python at all)" in lines[0]


@pytest.mark.parametrize("version", ["3.9", "3.14"])
def test_a_python_too_old_or_too_new_is_named(bare, version):
    python_that_says(bare.bin, "python3", version)
    python_that_says(bare.bin, "python3.12", "")  # a shim that leads nowhere
    done = bare.make(environment=environment_of(bare))
    assert done.returncode != 0 and f"python3 is {version}" in done.stderr
    assert not bare.path(".venv").exists()


@pytest.mark.long
def test_a_conda_environment_is_used_and_no_venv_is_made(bare, tmp_path):
    prefix = tmp_path / "conda env"
    (prefix / "bin").mkdir(parents=True)
    wrapper = prefix / "bin" / "python"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    wrapper.chmod(0o755)
    done = bare.make(
        "results/tiny/tables/points-per-heading.csv", environment=environment_of(bare) | {"CONDA_PREFIX": str(prefix)}
    )
    assert done.returncode == 0, done.stderr
    assert bare.path("results/tiny/tables/points-per-heading.csv").exists()
    assert not bare.path(".venv").exists()


def test_a_conda_environment_without_the_packages_is_left_alone(bare, tmp_path):
    prefix = tmp_path / "base"
    (prefix / "bin").mkdir(parents=True)
    python_that_says(prefix / "bin", "python", "x")
    (prefix / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    done = bare.make(environment=environment_of(bare) | {"CONDA_PREFIX": str(prefix)})
    assert "no Python 3.11, 3.12 or 3.13 found" in done.stderr


def test_where_cmp_and_awk_are_missing_nothing_is_installed_anew(bare):
    """Slim containers have neither."""
    bare.path(".venv").symlink_to(ROOT / ".venv")
    done = bare.make("environment", environment=environment_of(bare))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "  make sheet-back   Read the edited workbook" in bare.make("help", environment=environment_of(bare)).stdout


def test_uv_is_read_from_the_lock_without_awk(bare):
    """A Python that installs nothing: what it was to install is in build/uv.txt."""
    python_that_says(bare.bin, "python3", "3.12")
    stub = '#!/bin/sh\nif [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\necho 3.12\n'
    (bare.bin / "python3").write_text(stub)
    bare.make("environment", environment=environment_of(bare))
    lines = bare.read("build/uv.txt").splitlines()
    assert (
        lines[0].startswith("uv==") and all(line.startswith("    --hash=") for line in lines[1:-1]) and len(lines) > 3
    )


def in_a_terminal(project, *words) -> str:
    """What make shows on a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CASESYNTH", "MAKE", "MFLAGS"))}
    command = ["make", "REVIEW=tiny", *words]
    process = subprocess.Popen(command, cwd=project.folder, env=clean, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while data := os.read(ours, 4096):
            shown += data
    except OSError:  # Linux says so when the last process has left the terminal
        pass
    os.close(ours)
    assert process.wait() == 0, shown.decode(errors="replace")
    return shown.decode(errors="replace")


@pytest.mark.long  # two chains, to look at one line
def test_a_terminal_shows_one_progress_line_and_a_pipe_none(project):
    target = "results/tiny/tables/points-per-heading.csv"
    shown = in_a_terminal(project, target)
    assert "1-data-extraction" in shown and "step" in shown
    # The line is drawn over itself and wiped at the end: only the last word of make stays.
    assert shown.count("\n") == 0 or shown.rstrip().endswith("\r"), shown
    project.edit("data/tiny/cases.csv", "Alder Yard,", "Alder Court,")
    piped = project.make(target)
    assert piped.returncode == 0 and piped.steps == ["1-data-extraction"]
    assert piped.stderr == ""
