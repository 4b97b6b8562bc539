"""The synthesis on one page, and on a phone: a sentence and a strip of projects for each theme or finding."""

import pandas as pd

from casesynth.core.levels import ONE
from casesynth.core.text import plural
from casesynth.figures import look
from casesynth.figures.canvas import Board, Drawing, names_height, nothing, signs_height
from casesynth.figures.fonts import lines_in, wrapped

TEXT, STEP = 11.0, 14.0  # the size of the sentences, and the height of a line of them
MOST = 40  # rows of a block


def refined(refined: pd.DataFrame, letters: pd.DataFrame, published: str = "") -> Drawing:
    """The overarching themes, each with its definition and the projects that report it, in the order of the codebook.

    Takes refined-themes; letters (case, name, letter) of the projects; the published synthesis that is re-run, if any.

    >>> refined(pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no overarching theme is supported.'
    """
    name = "refined-themes"
    supported = refined[refined["supported"]] if len(refined) else refined
    if supported.empty:
        return nothing(name, "No overarching theme is supported yet", "no overarching theme is supported")
    low, high, number = supported["cases"].min(), supported["cases"].max(), len(supported)
    title = f"{plural(number, ONE['refined'])} {'runs' if number == 1 else 'run'} through the projects, "
    title += f"{'' if number == 1 else 'each '}reported by {span(low, high)} of {plural(len(letters), 'project')}"
    subtitle = "Themes left after merging those that repeat each other. Filled: the project reports the theme."
    rows = [(theme.name, theme.definition, dict.fromkeys(theme.with_cases.split(), "supports"), theme.cases)
            for theme in supported.itertuples()]  # fmt: skip
    left = refined.loc[~refined["supported"], "name"]
    note = f"Not supported: {'; '.join(left)}. " if len(left) else ""
    note += "The published report shows this step only as a figure; this is a reconstruction. " if published else ""
    texts = title, subtitle, note + look.NOT_IMPORTANCE
    boards = [page([("", rows)], letters, texts, width) for width in (look.PAGE, look.PHONE)]
    alt = "; ".join(f"{theme.name} ({theme.cases})" for theme in supported.itertuples())
    alt = f"In brackets the number of projects: {alt}. {note}{look.NOT_IMPORTANCE}"
    return Drawing(name, title, subtitle, boards[0].figure, refined, alt, boards[1].figure)


def span(low: int, high: int) -> str:
    """Two counts as one range."""
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


KINDS = {
    "condition": "What helped or hindered",
    "practice": "How consortia worked",
    "barrier": "What stood in the way",
    "result": "What was reported as achieved",
    "gap": "What is not reported",
}


def findings(table: pd.DataFrame, cells: pd.DataFrame, letters: pd.DataFrame) -> Drawing:
    """The findings, each with the projects that support, qualify or contradict it.

    Takes findings, finding-cases (finding, case, supports, qualifies, contradicts) and letters (case, name, letter).

    >>> findings(pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no finding is written.'
    """
    if table.empty:
        return nothing("findings", "No finding is written yet", "no finding is written")
    number, of = int(table["supported"].sum()), plural(len(letters), "project")
    title = f"{number} of {plural(len(table), 'finding')} {'is' if number == 1 else 'are'} supported, by"
    if number == len(table):  # that all are says little: how widely each is reported says more
        title = f"Each of the {number} findings is supported by" if number > 1 else "The finding is supported by"
    title += f" {span(table['supporting'].min(), table['supporting'].max())} of {of}"
    subtitle = f"What each of {of} says of a finding; the number counts those that support it."
    said = {
        finding: {row["case"]: look.stance(row) for row in own.to_dict("records")}
        for finding, own in cells.groupby("finding")
    }
    blocks = [
        (
            KINDS.get(kind, kind),
            [("", row.statement, said.get(row.finding, {}), row.supporting) for row in own.itertuples()],
        )
        for kind, own in table.groupby("kind", sort=False)
    ]
    boards = [
        page(blocks, letters, (title, subtitle, look.NOT_IMPORTANCE), width, True) for width in (look.PAGE, look.PHONE)
    ]
    alt = "; ".join(f"{row.statement.rstrip('.')} ({row.supporting})" for row in table.itertuples())
    columns = ["finding", "statement", "kind", "supporting", "qualifying", "contradicting", "not_mentioned", "of_cases"]
    alt = f"In brackets the supporting projects: {alt}."
    return Drawing("findings", title, subtitle, boards[0].figure, table[columns], alt, boards[1].figure)


def page(blocks: list, letters: pd.DataFrame, texts: tuple[str, str, str], width: float, signs: bool = False) -> Board:
    """Rows of a sentence and its strip: side by side on a page, one below the other on a phone.

    Takes title, subtitle and note; with `signs`, the squares are those of findings, and a key to them comes first.
    """
    title, subtitle, note = texts
    signs = signs and len(letters) <= look.MANY
    stacked, number = width < look.PAGE, min(max(len(letters), 1), 12)
    strip = min(width - 36.0, 20.0 * number) if stacked else 12.5 * number
    step = strip / (len(letters) if number < len(letters) <= look.MANY else number)
    room = width - 4 if stacked else width - strip - 38
    blocks = [(head, [texts_of(row, room) for row in rows[:MOST]]) for head, rows in blocks]
    below = 26 if stacked else 0
    height = sum((23 if head else 0) + sum(row[-1] + below for row in rows) for head, rows in blocks)
    key = signs_height(width) if signs else 0
    board = Board(key + height + names_height(letters, width), title, subtitle, note, width)
    y = board.top + key
    if signs:
        board.signs(board.top + 8)
    for head, rows in blocks:
        y = board.block(y, head) if head else y
        for name, text, said, count, high in rows:
            board.write(2, y + 11, name, size=TEXT, weight="bold", step=STEP)
            board.write(2, y + 11 + STEP * lines_in(name), text, size=TEXT, step=STEP)
            middle, left = (y + high + 7, 2.0) if stacked else (y + (high - 5) / 2, width - strip - 26)
            board.strip(left, middle, letters, said, step)
            board.put(left + strip + 6, middle, f"{count:,}", weight="bold", size=TEXT)
            y += high + below
        y += 3 if head else 0
    board.names(y, letters)
    return board


def texts_of(row: tuple, room: float) -> tuple:
    """A row with its texts wrapped, and its height."""
    name, text, said, count = row
    name = wrapped(name, room, TEXT, bold=True, lines=4) if name else ""
    text = wrapped(text, room, TEXT, lines=8) if text else ""
    return name, text, said, count, max((lines_in(name) + lines_in(text)) * STEP + 6, 20)
