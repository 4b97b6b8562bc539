"""What goes wrong with machines and people: every fault ends in one message, and the next `make` is right."""

import ctypes
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")
ONE_STEP = "results/tiny/tables/points-per-heading.csv"
DAC_OVERRIDE, CAPBSET_DROP = 1, 24  # from Linux's headers: root's power to write anywhere, and how to drop it


def processes(project) -> dict[int, str]:
    """What runs in this project's folder: process -> make, worker, rule, loaded (kernels fork from it) or kernel."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            folder, words = os.readlink(entry / "cwd"), (entry / "cmdline").read_bytes().decode()
        except OSError:
            continue
        if folder != str(project.folder) and not folder.startswith(f"{project.folder}/"):
            continue
        roles = {"_chain": "worker", "_step": "rule", "forkserver": "loaded"}
        role = next((role for word, role in roles.items() if word in words), "make")
        if folder.endswith("/notebooks"):
            role = "kernel"
        if words:  # a zombie has none
            found[int(entry.name)] = role
    return found


def start(project, *words, **settings) -> subprocess.Popen:
    """Start make in a group of its own, as a terminal does."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CASESYNTH", "MAKE", "MFLAGS"))}
    return subprocess.Popen(
        ["make", "REVIEW=tiny", *words],
        cwd=project.folder,
        env=clean,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **settings,
    )


def wait_until(what, seconds=60):
    end = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)
    return value


def running(project, role: str) -> int:
    """A process of a role, as soon as there is one."""
    return wait_until(lambda: next((p for p, r in processes(project).items() if r == role), 0))


def ended(make: subprocess.Popen, project) -> str:
    """The message of a make that must fail; nothing that it started is left."""
    message = make.communicate(timeout=90)[1]
    assert make.returncode != 0
    assert "Traceback" not in message
    wait_until(lambda: not processes(project))
    return message


def content(project) -> dict[str, bytes]:
    """All results and figures; not the records of runs, which hold times."""
    files = [f for top in ("results/tiny", "figures/tiny") for f in project.path(top).rglob("*") if f.is_file()]
    return {str(f.relative_to(project.folder)): f.read_bytes() for f in files if f.parent.name != "run-records"}


def noted_folder(project) -> Path | None:
    """The temporary folder that the lock's holder has noted."""
    text = project.path("build/tiny/lock").read_text("utf-8") if project.path("build/tiny/lock").exists() else ""
    return Path(json.loads(text)["folder"]) if text else None


def assert_right(project, built, *words):
    """The next make ends well, with the bytes of a run that nothing disturbed, and leaves nothing behind."""
    old = noted_folder(project)
    done = project.make(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    mine, wanted = content(project), content(built)
    assert mine == {name: wanted[name] for name in mine}
    assert words or mine.keys() == wanted.keys()
    assert not list(project.path("build/tiny").glob("*.running-*"))
    assert not [f for f in (old, noted_folder(project)) if f and f.exists()]
    wait_until(lambda: not processes(project))


#: Each starts kernels and waits for processes to end; `.ci/run` runs them all.
long = pytest.mark.long


@long
@pytest.mark.parametrize("role", ["make", "kernel", "worker", "rule", "loaded"])
def test_killed(project, built, role):
    make = start(project, ONE_STEP)
    kernel = running(project, "kernel")
    os.kill({"make": make.pid, "kernel": kernel}.get(role) or running(project, role), signal.SIGKILL)
    ended(make, project)
    assert not project.path(ONE_STEP).exists()
    assert_right(project, built, ONE_STEP)


@long
def test_fifty_kills_at_random_moments(project, built):
    seed = int(os.environ.get("CASESYNTH_SEED", time.time()))
    print(f"CASESYNTH_SEED={seed}")
    chance = random.Random(seed)
    kills, wanted = 0, int(os.environ.get("CASESYNTH_KILLS", 50))
    while kills < wanted:
        for stamp in project.path("build/tiny").glob("*.done"):
            if chance.random() < 0.5:
                stamp.unlink()
        for file in [project.path(name) for name in content(project)]:
            if chance.random() < 0.2:
                file.unlink()
        make = start(project)
        time.sleep(chance.choice([0.3, 2, 5]) * chance.random())
        victims = {make.pid: "make"} | processes(project)
        victim = chance.choice(sorted(victims))
        if make.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                kills += 1
                print(f"kill {kills}: {victims[victim]}", flush=True)
        make.communicate(timeout=120)
        assert_right(project, built)


@long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_person(project, built, number):
    make = start(project)
    running(project, "kernel")
    os.killpg(make.pid, number)
    assert ended(make, project).count("casesynth: stopped.") == 1
    assert not noted_folder(project).exists()
    assert_right(project, built, ONE_STEP)


@long
def test_two_makes_at_once(project, built):
    first = start(project)
    running(project, "kernel")
    second = project.make()
    assert second.returncode != 0
    assert f"another make is at work on tiny (process {first.pid})" in second.stderr
    assert first.wait(120) == 0
    assert_right(project, built)


def change_cell(project, source: str) -> str:
    """Put other code into the second cell of the first notebook; gives its old text."""
    good = project.read("notebooks/1-data-extraction.ipynb")
    node = json.loads(good)
    next(cell for cell in node["cells"] if cell["id"] == "load")["source"] = [source]
    project.path("notebooks/1-data-extraction.ipynb").write_text(json.dumps(node), "utf-8")
    return good


@long
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("while True:\n    pass", "a cell ran for more than 2 seconds and was stopped; CASESYNTH_CELL_SECONDS=4 make"),
        ("import os\nos._exit(1)", "the kernel died"),
    ],
)
def test_a_cell_that_never_ends_and_a_kernel_that_dies(project, built, source, told):
    good = change_cell(project, source)
    failed = project.make(ONE_STEP, environment={"CASESYNTH_CELL_SECONDS": "2"})
    assert failed.returncode != 0
    assert failed.stderr.count(told) == 1 and "Traceback" not in failed.stderr
    wait_until(lambda: not processes(project))
    project.path("notebooks/1-data-extraction.ipynb").write_text(good, "utf-8")
    assert_right(project, built, ONE_STEP)


@long
def test_a_limit_that_is_no_number(project):
    refused = project.make(ONE_STEP, environment={"CASESYNTH_CELL_SECONDS": "soon"})
    assert refused.returncode != 0
    assert "CASESYNTH_CELL_SECONDS=soon: expected a whole number of seconds" in refused.stderr


def without_power():
    """Run as a user for whom permissions count, even as root."""
    ctypes.CDLL(None).prctl(CAPBSET_DROP, DAC_OVERRIDE)


@long
def test_results_that_cannot_be_written(project, built):
    project.path("results").mkdir(mode=0o555)
    message = ended(start(project, preexec_fn=without_power), project)
    assert message.count("Permission denied: results/tiny") == 1
    project.path("results").chmod(0o755)
    assert_right(project, built, ONE_STEP)


@long
def test_no_room_for_large_files(project, built):
    room = 30_000  # bytes a file; a picture needs more
    make = start(project, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
    assert ended(make, project).count("File too large") == 1
    assert_right(project, built)


@long
def test_a_full_disk(project, built):
    project.path("results").mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(project.path("results"))]
    if subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here (it needs root)")
    try:
        assert ended(start(project), project).count("No space left on device") == 1
    finally:
        subprocess.run(["umount", str(project.path("results"))], check=True)
    assert_right(project, built, ONE_STEP)
