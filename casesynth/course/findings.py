"""From themes to a finding: its evidence, and the checks that a sentence has to pass."""

import re
from typing import Any

import pandas as pd
from IPython.display import Markdown

from casesynth.analysis import quantifiers
from casesynth.core.review import Review
from casesynth.core.text import split_sentences, words_of
from casesynth.course.answers import TEXTS, answered, choose, chosen, exercise, questions, right, wrong
from casesynth.course.tables import MIN_CASES

#: Numbers as words; "one" is left out, for it is also a pronoun.
NUMBERS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13)))
#: What accounts of a few chosen cases cannot show.
BEYOND = r"\b(prov\w*|caus\w*|because|effective\w*|important|always|never|significant\w*|most repair cafés)\b"


def candidates(review: Review) -> pd.DataFrame:
    """The key points on what helps and what hinders, to choose evidence from. Returns keypoint, heading, summary."""
    points = review.keypoints[review.keypoints["heading"].isin(["enablers", "barriers"])]
    points = points.sort_values(["heading", "id"], ascending=[False, True]).rename(columns={"id": "keypoint"})
    return points[["keypoint", "heading", "summary"]].reset_index(drop=True)


@exercise
def evidence(review: Review, answer: Any) -> Markdown:
    """Check which key points are evidence for the finding about rooms. Takes a set of letters or ids of key points."""
    coded, points = review.codings[review.codings["coder"].eq("ada")], candidates(review)
    expected = set(coded.loc[coded["theme"].isin(["ena-place", "bar-place"]), "keypoint"])
    options = list(points["keypoint"])
    missing = points["keypoint"].isin(expected - chosen(answer, options))
    headings = " and ".join(sorted(set(points.loc[missing, "heading"])))
    return choose(answer, "evidence", expected, options, headings=headings)


@exercise
def finding(review: Review, sentence: Any, supports: Any, contradicts: Any = ()) -> Markdown:
    """Check a finding, then show it next to model answers with the questions by which to judge it.

    Takes the sentence, and the key points that support and that contradict it, as letters or ids. It must be one
    sentence that rests on two cases or more; its numbers and quantifiers must fit the evidence; it must not claim what
    the evidence cannot show.
    """
    answered([sentence])
    if not isinstance(sentence, str) or len(sentence.split()) < 4:  # a subject, a verb, and what it says
        wrong("finding", "sentence")
    ids, text = list(candidates(review)["keypoint"]), TEXTS["finding"]
    for_, against = chosen(supports, ids), chosen(contradicts, ids)
    if for_ & against:
        wrong("finding", "both")
    case_of = review.keypoints.set_index("id")["case"]
    cases, total = case_of.loc[sorted(for_)].nunique(), len(review.cases)
    check_sentence(sentence.strip(), cases, total)
    names = dict(zip(review.cases["id"], review.cases["name"]))
    shown = ", ".join(names[case] for case in dict.fromkeys(case_of.loc[sorted(for_)]))
    passed = right("finding", cases=cases, total=total, names=shown, against=len(against)).data
    models = ["**Model answers**", "", *(f"- {model}" for model in text["models"])]
    lines = [passed, "", f"> {sentence}", "", *models, "", questions("Ask of yours", text["rubric"])]
    return Markdown("\n".join(lines))


def check_sentence(sentence: str, cases: int, total: int) -> None:
    """Raise what is wrong with a sentence that rests on some of the cases."""
    if not sentence.endswith(".") or len(split_sentences(sentence)) > 1:
        wrong("finding", "one_sentence")
    if cases < MIN_CASES:
        wrong("finding", "few", cases=cases, needed=MIN_CASES)
    if beyond := re.search(BEYOND, sentence, re.I):
        wrong("finding", "beyond", word=beyond[0])
    said = {NUMBERS.get(word, word) for word in words_of(sentence)}
    numbers = {int(word) for word in said if str(word).isdecimal()}
    if untrue := sorted(numbers - {cases, total}):
        wrong("finding", "number", number=untrue[0], cases=cases, total=total)
    for word in quantifiers.SHARES:
        if re.search(rf"\b{word}\b", sentence, re.I) and not quantifiers.fits(word, cases, total):
            wrong("finding", "quantifier", word=word, cases=cases, total=total)
