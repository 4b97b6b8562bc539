"""The commands `casesynth theme …`, which change a theme and all that names it."""

from typing import Annotated

import typer

from casesynth.cli.frame import Name, Yes, app, command

theme = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Split, merge, rename or move a theme.")
app.add_typer(theme, name="theme")

Theme = Annotated[str, typer.Argument(metavar="THEME", help="The id of the theme in codebook.csv.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept in the codebook.")]


@command('casesynth theme rename my-review bar-money "Too little money"', group=theme)
def rename(
    name: Name, id: Theme, new: Annotated[str, typer.Argument(metavar="WORDS", help="The new name of the theme.")]
) -> None:
    """Give a theme another name; its id stays, and so does all that names it."""
    from casesynth.desk import themes

    print(themes.rename(name, id, new))


@command(
    "casesynth theme move my-review bar-money gen-means",
    "casesynth theme move my-review bar-welcome --heading enablers",
    group=theme,
)
def move(
    name: Name,
    id: Theme,
    parent: Annotated[str, typer.Argument(metavar="PARENT", help="The id of its new parent, or none.")] = "",
    heading: Annotated[str, typer.Option(metavar="HEADING", help="The heading that it is moved to.")] = "",
) -> None:
    """Put a theme below another general theme (or a general below another refined theme), or under another heading.

    To another heading, the key points that are coded to it go along.
    """
    from casesynth.desk import themes

    print(themes.move(name, id, parent, heading))


@command(
    'casesynth theme merge my-review bar-rent bar-money --reason "Rent is money, and nobody tells them apart."',
    group=theme,
)
def merge(
    name: Name,
    id: Theme,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The id of the theme that stays.")],
    reason: Reason,
    yes: Yes = False,
) -> None:
    """Merge a theme into another: codings, findings, hierarchy, crosswalk and every other table name that one then."""
    from casesynth.desk import themes

    print(themes.merge(name, id, into, reason, yes))


@command(
    'casesynth theme split my-review bar-money Rent --points "a-01 b-03" --definition "It rises." --reason "Half of it."',
    group=theme,
)
def split(
    name: Name,
    id: Theme,
    new: Annotated[str, typer.Argument(metavar="WORDS", help="The name of the new theme.")],
    points: Annotated[str, typer.Option(metavar="IDS", help="The key points that go to it, separated by spaces.")],
    definition: Annotated[str, typer.Option(metavar="TEXT", help="The definition of the new theme.")],
    reason: Reason,
) -> None:
    """Split a theme: the key points that are named go to a new theme, with the codings of every coder."""
    from casesynth.desk import themes

    print(themes.split(name, id, new, points.replace(",", " ").split(), definition, reason))
