"""The data dictionary, `data/README.md`, from the table schemas: `python tools/write_commands.py`."""

from pathlib import Path

from casesynth.audit import arguments, checks
from casesynth.core import results, schema
from casesynth.core.files import templates
from casesynth.core.rules import FIELDS


def kind(field: dict) -> str:
    """The type of a column with what it allows.

    >>> kind({"type": "string", "constraints": {"required": True, "enum": ["a", "b"]}})
    'one of a, b; required'
    """
    rules = field.get("constraints", {})
    words = f"one of {', '.join(rules['enum'])}" if "enum" in rules else field["type"]
    return words + ("; required" if rules.get("required") else "")


def takes(check: str) -> str:
    """The arguments of a check of claims.csv; those in brackets may be left out.

    >>> takes("mentioned-in"), takes("facts-agree")
    ('mention, sections', 'facts, [alike]')
    """
    given = arguments.parameters_of(check).values()
    return ", ".join(one.name if one.default is one.empty else f"[{one.name}]" for one in given)


def text() -> str:
    """The whole page: what people write, the checks that claims.csv may name, and the results step by step."""
    page = templates(Path(__file__).parent / "templates").get_template("dictionary.md")
    written: str = page.render(
        tables=schema.package()["resources"],
        checks=sorted(checks.CHECKS.items()),
        results=results.declared().items(),
        rules=[rule for rule in FIELDS.values() if rule.name != "coding"],
        no_check=arguments.NO_CHECK,
        kind=kind,
        takes=takes,
    )
    return written.rstrip() + "\n"
