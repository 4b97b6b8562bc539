"""How the export of a form is read: the part `form` of review.yaml, and a proposal of it for an export that is new.

Which column names the case, which asks for consent, and which question belongs to which heading.
"""

import re

import pandas as pd

from casesynth.core import csvfile
from casesynth.core.text import tidy
from casesynth.desk.consent import asks_consent, only_yes_or_no
from casesynth.desk.form import Form, Question, alike, heading_of, key, short, words_of

#: Columns that form services add of themselves.
SERVICE = set(
    "id|start time|completion time|last modified time|timestamp|language|total points|quiz feedback|grade posted time|"
    "response id|responseid|date submitted|last page|start language|seed|submitted|submission time|submission date|"
    "startdate|enddate|status|progress|duration (in seconds)|finished|recordeddate|distributionchannel|userlanguage".split(
        "|"
    )
)
#: Columns about the person who answered: left out unless review.yaml asks for them.
PERSONAL = set(
    "email|e-mail|email address|e-mail address|your email|your e-mail|name|your name|full name|first name|last name|surname|"
    "respondent|respondent name|username|user name|phone|telephone|phone number|ip address|ipaddress|recipientlastname|"
    "recipientfirstname|recipientemail|locationlatitude|locationlongitude|externalreference|contact".split("|")
)
SUBMITTED = [
    "completion time",
    "timestamp",
    "date submitted",
    "submitted",
    "submission time",
    "submission date",
    "recordeddate",
]
#: What review.yaml says of consent that was asked elsewhere, on paper say.
ELSEWHERE = "none"


def propose(sheet: csvfile.Sheet, headings: list[dict]) -> tuple[Form, list[str], list[str]]:
    """A mapping for an export that review.yaml does not know yet; what in it must be decided; what to look at."""
    form, doubts, remarks = Form(), [], []
    filled = sheet.frame().map(lambda text: text.strip())
    left = [name for name in sheet.header if kind_of(name) == "question"]
    form.submitted = next((name for want in SUBMITTED for name in sheet.header if key(name) == want), "")
    asking = [name for name in left if asks_consent(name, filled[name])]
    left = [name for name in left if name not in asking]
    form.consent, form.case = next(iter(asking), ""), next((name for name in left if names_case(name)), "")
    if not form.case:
        doubts.append("no column was found that names the case: fill in `case`")
    if not asking:
        yes_no = [f"'{short(name)}'" for name in left if only_yes_or_no(filled[name])]
        doubts.append(
            "no column was found that asks for consent: fill in `consent`, or write `consent: none` if it was asked "
            "elsewhere" + (f" (yes and no stand in {', '.join(yes_no)})" if yes_no else "")
        )
    elif asking[1:]:
        columns = "; ".join(f"'{short(name)}'" for name in asking)
        doubts.append(f"more than one column asks for consent; write the one that counts under `consent`: {columns}")
    for name in left:
        if name == form.case:
            continue
        texts = filled[name][filled[name].ne("")]
        heading, sure = heading_of(name, headings)
        repeats = len(texts) >= 8 and texts.nunique() < len(texts) / 2
        if repeats or not heading and (texts.empty or texts.str.len().mean() < 25):
            column = next((c for c, words in CASE_COLUMNS.items() if set(words_of(name).split()) & words), "")
            if column and column not in form.cases:
                form.cases[column] = name
            else:
                remarks.append(f"'{short(name)}' holds labels, not statements: left out")
            continue
        if not heading:
            doubts.append(
                f"'{short(name)}': no heading was found for it. Fill in `heading`, or leave it empty to leave it out"
            )
        elif not sure:
            doubts.append(f"'{short(name)}' may belong to more than one heading; {heading} is proposed")
        twin = next(
            (q for q in form.questions if heading and q.heading == heading and reworded(name, q.columns, filled)), None
        )
        if twin:
            twin.columns.append(name)
            remarks.append(f"'{short(name)}' is taken for another wording of '{short(twin.columns[0])}'")
        else:
            form.questions.append(Question(f"q{len(form.questions) + 1:02d}", heading, [name]))
    if not any(question.heading for question in form.questions):
        doubts.append("no question belongs to a heading yet")
    return form, doubts, remarks


#: Columns of cases.csv that a column of labels may fill, by a word in its title.
CASE_COLUMNS = {
    "lead": {"institution", "organisation", "organization", "university", "lead"},
    "nation": {"nation", "country", "region"},
}


def names_case(name: str) -> bool:
    """Does a column of this title name the case?

    >>> names_case("What is the name of your project?"), names_case("Title"), names_case("Name")
    (True, True, False)
    """
    words = set(words_of(name).split())
    what = {"project", "case", "programme", "program", "study"}
    return bool(words & {"name", "title"} and words & what) or bool(words) and words <= {"title", *what}


def reworded(name: str, columns: list[str], filled: pd.DataFrame) -> bool:
    """Is a column another wording of a question? Much alike; or a little, and no row answers both."""
    near = max(alike(name, column) for column in columns)
    apart = not (filled[name].ne("") & filled[columns].ne("").any(axis=1)).any()
    return near > 0.85 or near > 0.5 and apart and bool(filled[name].ne("").any())


def kind_of(name: str) -> str:
    """What a column is: service (of the form's program), personal, or question.

    >>> kind_of("Completion time"), kind_of("Email"), kind_of("What helps?")
    ('service', 'personal', 'question')
    """
    plain = " ".join(tidy(name).casefold().split())
    if plain in SERVICE or re.match(r"(points|feedback) - ", plain):
        return "service"
    return "personal" if plain in PERSONAL else "question"






def is_new(form: Form, sheet: csvfile.Sheet) -> bool:
    """Has nobody told yet how to read this export: no mapping, or that of our questionnaire, which does not fit?"""
    from casesynth.desk.new import own_form

    if not form.case and not form.questions:
        return True
    there = {key(name) for name in sheet.header}
    fits = (
        any(key(column) in there for question in form.questions for column in question.columns)
        or key(form.case) in there
    )
    return not fits and form == own_form()


def mapping_text(form: Form, settings: dict) -> str:
    """The mapping as a list that a person can check."""
    names = {heading["id"]: heading["name"] for heading in settings["headings"]}
    lines = [f"  case        <- {short(form.case) or '?'}"]
    lines += [f"  submitted   <- {short(form.submitted)}"] if form.submitted else []
    lines += [f"  consent     <- {short(form.consent) or '?'}"]
    lines += [f"  {column:<11} <- {short(title)}" for column, title in form.cases.items()]
    for question in form.questions:
        heading = f"{question.heading} ({names[question.heading]})" if question.heading else "left out"
        lines += [f"  {question.id}: {heading:<38} <- {short(column)}" for column in question.columns]
    return "\n".join(lines)
