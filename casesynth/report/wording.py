"""Do headings and key messages say what their evidence says? Each content word has to be found in it.

A heading may use a plainer word than the statements do: `narrative/plain-words.txt` lists it with those that it replaces,
`diaries: calendar schedule`, and then one of these has to be found.
"""

import re

import pandas as pd

from casesynth.core import paths
from casesynth.core.problems import Problem
from casesynth.core.review import Review
from casesynth.core.text import words_of

#: Words that say nothing about what was found: those of grammar, and those that name what every review has.
LIGHT = set(
    "about above add after again allow almost along already also although among another appear around because been before being "
    "better between both bring build built case cases come could does during each either else ever every example find first from "
    "gave give given hard have having help helped here hinder into involve itself just keep least less made make many more most much "
    "must never only other others over part partly people place point project projects prove put rather reach report reported "
    "reports results same shall should since some something start started still study studies such summary summaries take "
    "than that their them themselves then there these they things this those through together toward towards under until "
    "upon used using very way well were what when where which while whose will with within without would work worked working "
    "consortium consortia widely".split()
)
ENDINGS = "isation|ation|ments?|ities|ity|ships?|ings?|ions?|ives?|ies|ied|ers?|ed|es|ly|al|ic|s|y|e"


def stem(word: str) -> str:
    """What a word shares with its relatives: its ending is cut where three letters are left, and then all after the fifth.

    >>> stem("Partnerships") == stem("partners"), stem("funded") == stem("Funding"), stem("trust")
    (True, True, 'trust')
    """
    word = word.lower()
    return re.sub(rf"(?<=\w{{3}})(?:{ENDINGS})$", "", word)[:5]


ADVICE = "Use a word of the statements, or add a line 'word: the words of statements that it replaces' to narrative/plain-words.txt"
LIGHT_STEMS = set(map(stem, LIGHT))


def content(text: str) -> list[str]:
    """The words of a text that say something, macros and links left out.

    >>> content("Projects made {supporting:fin-x} *networks* across sectors.")
    ['networks', 'across', 'sectors']
    """
    words = bare_words(re.sub(r"\{[^}]*\}|\]\([^)]*\)", " ", text))
    return [word for word in words if len(word) > 3 and stem(word) not in LIGHT_STEMS]


def bare_words(text: str) -> list[str]:
    """The words of a text, without numbers and the ending of a genitive."""
    return [word.removesuffix("'s") for word in words_of(text, as_written=True) if not word.isdigit()]


def unheard(text: str, evidence: str, plain: dict[str, list[str]]) -> list[str]:
    """The content words of a heading that its evidence does not have, nor any of the words they replace.

    >>> unheard("Busy diaries and trust", "Its staff have busy calendars.", {"diaries": ["calendar"]})
    ['trust']
    """
    heard = {stem(word) for word in bare_words(evidence) if len(word) > 2}
    missing = []
    for word in content(text):
        alike = [word, *plain.get(word.lower(), [])]
        if not heard & set(map(stem, alike)):
            missing.append(word)
    return list(dict.fromkeys(missing))


def text_of(review: Review, file: str) -> list[str]:
    """The lines of a file of data/<review>/narrative/; none where it is not there."""
    path = paths.data(review.name) / "narrative" / file
    return path.read_text("utf-8").splitlines() if path.exists() else []


def pairs_of(review: Review, name: str) -> dict[str, str]:
    """What narrative/<name>.txt says of each word or finding: lines such as `fin-rooms: a room of one's own`, and comments."""
    lines = [line.partition(":") for line in text_of(review, f"{name}.txt") if not line.startswith("#")]
    return {name.strip(): said.strip() for name, _, said in lines if said}


def plain_words(review: Review) -> dict[str, list[str]]:
    """Plainer word -> the words of the statements that it replaces."""
    return {word.lower(): words_of(others) for word, others in pairs_of(review, "plain-words").items()}


def of_themes(review: Review, cells: pd.DataFrame) -> dict[str, str]:
    """Theme -> its heading, name and definition, and what its key points say; for the themes above it, too. Takes theme-cases."""
    summaries, book = dict(zip(review.keypoints["id"], review.keypoints["summary"])), review.codebook.set_index("id")
    texts: dict[str, str] = {}
    for theme, own in cells.groupby("theme")["keypoints"]:
        row = book.loc[theme]
        said = [row["heading"], row["name"], row["definition"], *(summaries[id] for id in " ".join(own).split())]
        for each in (theme, row["parent"]):
            texts[each] = " ".join([texts.get(each, ""), *said])
    return texts


def problems(
    review: Review, evidence: pd.DataFrame, cells: pd.DataFrame, name: str, messages: dict[int, str]
) -> list[Problem]:
    """Headings of findings and key messages with words that no statement behind them has.

    A finding is compared with the statements that support or qualify it, a key message with those of all the findings and
    themes that it names; a message that names none is compared with all findings. Takes the name of the text that has the
    messages, and these by line.
    """
    summaries = dict(zip(review.keypoints["id"], review.keypoints["summary"]))
    own = evidence[evidence["stance"].isin(["supports", "qualifies"])]
    texts = own["keypoint"].map(summaries).groupby(own["finding"]).agg(" ".join).to_dict()
    if not texts:
        return []
    table, plain, found = review.table("findings"), plain_words(review), []
    statements = dict(zip(table["id"], table["statement"]))
    for row, finding in enumerate(table.itertuples(), 2):
        for word in unheard(finding.statement, texts[finding.id], plain) if finding.id in texts else []:
            found.append(
                Problem(
                    "findings.csv", f"no statement that supports {finding.id} says '{word}'. {ADVICE}", row, "statement"
                )
            )
    known = {id: f"{text} {statements[id]}" for id, text in texts.items()} | of_themes(review, cells)
    for line, text in messages.items():
        named = [id for ids in re.findall(r":([\w.-]+)\}", text) for id in ids.split(".") if id in known] or list(texts)
        said = " ".join(known[id] for id in named)
        for word in unheard(text, said, plain):
            found.append(
                Problem(
                    f"narrative/{name}.md", f"line {line}: no statement behind this message says '{word}'. {ADVICE}"
                )
            )
    return list(dict.fromkeys(found))
