"""What one rule of the Makefile asks for."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

from casesynth.core.rules import check_type
from casesynth.core.text import nearest
from casesynth.errors import UserError
from casesynth.runner import notebooks


@dataclass
class Job:
    """What one Make rule asks for."""

    notebook: Path
    step: str
    review: str
    results: Path
    figures: Path
    stamp: Path
    common: dict  # the parameters of the whole run
    own: dict  # those of this step
    writes: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)  # tables of data/, and results of earlier steps
    uses: list[str] = field(default_factory=list)  # settings, schema, and the parts of the project that it rests on

    scratch: Path = Path()  # a new folder for each run

    @property
    def inputs(self) -> list[str]:
        """Everything that the step reads."""
        return [self.notebook.as_posix(), *self.uses, *self.reads]


def chosen(job: Job) -> dict:
    """The values of this run, of which the notebook must declare every one, with the type that it states.

    Of the parameters of the whole run, those that no cell of this notebook declares are another notebook's.
    """
    known = notebooks.declared(job.notebook)
    common = {name: value for name, value in job.common.items() if name in known}
    values = {"review": job.review, **common, **job.own}
    for name, value in values.items():
        if name not in known:
            raise UserError(f"{job.notebook.name}: there is no parameter '{name}'.{nearest(name, known)}")
        check_type(name, value, known[name][0], job.notebook.name)
    return values


def read_job(arguments: list[str]) -> Job:
    """A job from the words of its Make rule."""
    import yaml

    parser = argparse.ArgumentParser(prog="casesynth _step")
    parser.add_argument("notebook", type=Path)
    for name in ("results", "figures", "stamp", "parameters"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--review", required=True)
    parser.add_argument("--step", required=True)
    parser.add_argument("--set", nargs="*", default=[], help="name=value, for parameters of this step")
    for name in ("uses", "reads", "writes"):
        parser.add_argument(f"--{name}", nargs="*", default=[])
    given = vars(parser.parse_args(arguments))
    common = yaml.safe_load(given.pop("parameters").read_text("utf-8"))
    own = dict(setting.split("=", 1) for setting in given.pop("set"))
    return Job(**given, common=common, own=own)
