"""The command: help with an example for each, one table of exit statuses, quick to start; the Makefile's variables."""

import ast
import json
import os
import re
import shlex
import subprocess
import sys

import pytest

from casesynth.cli import frame
from casesynth.cli.output import Status
from tests.support import ROOT
from tests.support.commands import environment
from tests.support.commands import run as casesynth
from tests.support.project import clean_environment
from tools.write_commands import help_of, help_page, names

# ------------------------------------------------------------------ help


def test_the_commands_that_there_are():
    assert sorted(names()) == sorted(
        "reviews parameters tables new import import-qdpx sheet sheet-back undo withdraw check make audit fetch export "
        "compare sweep shards count site "
        "crate suggest verify accept learn merge-qdpx".split()
        + [f"theme {verb}" for verb in ("split", "merge", "rename", "move")]
    )


@pytest.mark.parametrize("name", names())
def test_every_command_has_help_with_an_example_that_it_understands(name):
    shown = help_of(name)
    assert shown.startswith(f"Usage: casesynth {name}")
    example = re.search(rf"Example:\n +casesynth ({name}\b.*)", shown)
    assert example, shown
    # Its words are parsed, with --help last so that nothing is run.
    assert casesynth(*shlex.split(example[1]), "--help").returncode == 0


def test_the_page_of_commands_is_up_to_date():
    message = "run: python tools/write_commands.py"
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == help_page(), message


def test_only_the_command_prints_and_exits():
    for file in (ROOT / "casesynth").rglob("*.py"):
        inside = file.relative_to(ROOT / "casesynth").as_posix()
        calls = [node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        if not inside.startswith(("cli/", "__main__")):
            assert not [call for call in calls if ast.unparse(call) in ("print", "sys.exit", "exit")], inside


# ------------------------------------------------------------------ quick to start


def imported_by(*words: str) -> set[str]:
    """The modules that a command imports, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "casesynth", *words], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return {line.split("|")[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def test_help_imports_little():
    modules = imported_by("--help")
    assert not modules & {"pandas", "numpy", "yaml", "pydantic", "rich", "jupyter_client", "papermill"}
    assert len(modules) < 230
    ours = {name for name in modules if name.startswith("casesynth.") and not name.startswith("casesynth.cli")}
    assert ours == {"casesynth.core", "casesynth.core.paths", "casesynth.errors"}


def test_a_make_with_nothing_to_do_imports_little(tmp_path):
    words = [
        "_chain",
        "--review",
        "repair-cafes",
        "--folders",
        str(tmp_path / "b"),
        "--command",
        "true",
        "chain",
    ]
    with environment(CASESYNTH_NO_WORKER="1"):
        imported_by(*words)  # the first one checks the tables
    modules = imported_by(*words)
    assert not modules & {"pandas", "numpy", "yaml", "typer", "jupyter_client", "papermill", "casesynth.core.settings"}
    assert len(modules) < 200


# ------------------------------------------------------------------ exit statuses, and output


def test_the_help_explains_every_exit_status():
    assert [int(number) for number in re.findall(r"\d+", frame.STATUSES)] == list(Status)


def test_exit_statuses(tmp_path):
    places = {"CASESYNTH_DATA": tmp_path, "CASESYNTH_SHEETS": tmp_path}
    done = casesynth("new", "my-review", **places)
    assert done.returncode == Status.DONE and not done.stderr
    again = casesynth("new", "my-review", **places)
    assert again.returncode == Status.NOT_DONE and not again.stdout and again.stderr.startswith("casesynth: ")
    (tmp_path / "my 'answers'.csv").write_text("Name,What are the aims?\nAlder,To grow.\nBirch,To share.\n", "utf-8")
    proposed = casesynth("import", "my-review", tmp_path / "my 'answers'.csv", **places)
    assert proposed.returncode == Status.PROPOSED, proposed.stderr
    (tmp_path / "my-review" / "cases.csv").write_text("id\nx\n", "utf-8")
    assert casesynth("check", "my-review", **places).returncode == Status.PROBLEMS
    for words in (["check"], ["check", "nosuch"], ["nosuch"], ["check", "--nosuch"], ["import", "my-review", ""]):
        done = casesynth(*words, **places)
        assert done.returncode == Status.NOT_DONE and "Traceback" not in done.stderr and done.stderr, words


def test_what_a_program_reads_is_json(tmp_path):
    assert {row["name"] for row in json.loads(casesynth("reviews", "--json").stdout)} >= {"mca-phase2", "repair-cafes"}
    assert {row["name"] for row in json.loads(casesynth("parameters", "--json").stdout)} >= {"min_cases", "coding"}
    assert json.loads(casesynth("check", "repair-cafes", "--json").stdout)["problems"] == []
    casesynth("new", "mine", CASESYNTH_DATA=tmp_path)
    (tmp_path / "mine" / "cases.csv").write_text("id\nx\n", "utf-8")
    done = casesynth("check", "mine", "--json", CASESYNTH_DATA=tmp_path)
    assert done.returncode == Status.PROBLEMS and json.loads(done.stdout)["problems"][0]["file"] == "cases.csv"


def test_a_pipe_that_closes_is_no_error():
    done = subprocess.run(
        f"{shlex.quote(sys.executable)} -m casesynth parameters | true",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


ENDS = [">&-", ">/dev/full", "2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full"]
TRIED = [("parameters", each) for each in ENDS] + [("tables nosuch", each) for each in ENDS[2:]]


@pytest.mark.parametrize(("words", "closing"), [*TRIED, ("parameters --json", ">/dev/full"), ("--help", ">&-")])
def test_closed_or_full_streams_end_without_a_traceback(words, closing):
    command = f"{shlex.quote(sys.executable)} -m casesynth {words} {closing}"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert "Traceback" not in done.stderr + done.stdout and "Exception ignored" not in done.stderr
    wanted = {Status.NOT_DONE} if "nosuch" in words or "full" in closing else {Status.DONE}
    assert done.returncode in wanted, done


def test_names_of_reviews_are_completed():
    completing = {"_CASESYNTH_COMPLETE": "complete_bash", "COMP_WORDS": "casesynth check rep", "COMP_CWORD": "2"}
    code = "import sys; sys.argv[0] = 'casesynth'; from casesynth.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | completing, cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.split() == ["repair-cafes"]


def test_make_is_shown_and_then_run(tmp_path):
    """A make of the test's own prints the words that it gets."""
    (tmp_path / "make").write_text('#!/bin/sh\nprintf "<%s>" "$@"\n')
    (tmp_path / "make").chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "casesynth", "make", "mca-phase2", "--set", "min_cases=3", "--set", "coding=ada", "-j2"],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    first, second = done.stdout.splitlines()
    assert first == "make REVIEW=mca-phase2 'SET=min_cases=3 coding=ada' -j2"
    assert second == "<REVIEW=mca-phase2><SET=min_cases=3 coding=ada><-j2>"


# ------------------------------------------------------------------ what is typed after NAME= in make is data

HOSTILE = [
    "$(shell touch pwned)", "$$(touch pwned)", "`touch pwned`", "; touch pwned;", '"; touch pwned; "', "'; touch pwned; '",
    "| touch pwned", "& touch pwned &", "&& touch pwned", "> pwned", "\\\"; touch pwned", "a\ntouch pwned\n", "${shell touch pwned}",
    "x) ; touch pwned ; (", "# touch pwned", "%", "*", "~root", "$(error no)", "$(eval $(shell touch pwned))",
]  # fmt: skip
TARGETS = {
    "FORM": "import", "BOOK": "sheet-back", "SOURCE": "audit", "QDPX": "import-qdpx", "URL": "fetch",
    "SET": "all", "REVIEW": "check", "A": "compare", "B": "compare", "JOBS": "sweep",
}  # fmt: skip


@pytest.fixture(scope="module")
def shown_words(tmp_path_factory):
    """A project whose Python prints the words that it gets; its folder."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("Makefile", "requirements.lock"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "installed.lock").write_bytes((ROOT / "requirements.lock").read_bytes())
    for name in ("python", "casesynth"):
        file = folder / ".venv" / "bin" / name
        file.write_text("#!/bin/sh\nfor word; do printf '%s\\0' \"$word\"; done\n")
        file.chmod(0o755)
    return folder


@pytest.mark.parametrize("variable", TARGETS)
@pytest.mark.parametrize("place", ["command line", "environment"])
def test_no_variable_of_make_is_run(shown_words, variable, place):
    for text in HOSTILE:
        environment = clean_environment() | {"CONDA_PREFIX": ""}
        words = ["make", "REVIEW=tiny", TARGETS[variable]]
        if place == "environment":
            environment[variable] = text
        else:
            words.append(f"{variable}={text}")
        done = subprocess.run(words, cwd=shown_words, env=environment, capture_output=True, text=True, timeout=60)
        assert not list(shown_words.rglob("pwned")), (variable, text)
        assert "pwned: not found" not in done.stderr, (variable, text, done.stderr)
        arrived = done.stdout.split("\0")
        ends = [word.split("=", 1)[-1] if word.startswith("--") else word for word in arrived]
        if place == "environment" and variable not in ("FORM", "QDPX", "BOOK"):  # taken from the command line only
            assert done.returncode == 0 and text not in arrived, (variable, text)
        elif variable in ("SET", "REVIEW"):  # refused, but for line breaks, which are spaces here
            one_line = " ".join(text.split())
            refused = done.returncode == 2 and f"{variable}={one_line}" in done.stderr
            assert refused or (variable == "SET" and "\n" in text and any(map(one_line.__eq__, ends))), (
                variable,
                text,
                done,
            )
        else:
            assert done.returncode == 0 and text in ends, (variable, text, done)


def test_after_a_failed_run_the_earlier_report_is_called_that(tmp_path, monkeypatch, capsys):
    from casesynth.cli import chain

    (tmp_path / "synthesis.html").touch()
    monkeypatch.setattr("casesynth.runner.chain.run", lambda words, problems_of: 2)
    monkeypatch.setattr("os._exit", sys.exit)
    with pytest.raises(SystemExit):
        chain.chain(["--review=mca-phase2", "--folders", "build", str(tmp_path), "figures", "--command", "make"])
    assert f"what {tmp_path}/ holds may be of an earlier run" in capsys.readouterr().err
