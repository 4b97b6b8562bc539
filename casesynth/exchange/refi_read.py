"""Read a REFI-QDA project file into plain records, whatever program wrote it."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from casesynth.core.archives import MB, open_archive, read_member
from casesynth.errors import UserError
from casesynth.exchange.refi import line, plain
from casesynth.exchange.refi_positions import Mark, positions

#: Texts of all sources together, and how deep codes may be nested.
MOST_TEXT, DEEPEST = 200 * MB, 50
UNKNOWN = "Not known: read from a file of another program. Write here how this coder worked."
TRUE_UNTIL_KNOWN = "seen_sources, seen_attributions and seen_codings are set to true until somebody knows better."
ALL = "All"
#: A variable of a case for what its description, or that of its document, says; the kind of one that a set became.
DESCRIPTION, SET = "Description", "Set"
#: What a file may hold and no table has: where it is (what has no place is counted as sources are read), and why it is left out.
LEFT_OUT = {
    "codings of whole documents": ("", "key points are passages"),
    "memos of whole documents": ("", "only codings have memos"),
    "memos of codes": ("CodeBook//Code/NoteRef", "only codings have memos"),
    "memos of the whole project": ("NoteRef", "only codings have memos"),
    "links": ("Links/Link", "no table has them"),
    "graphs": ("Graphs/Graph", "no table has them"),
}


@dataclass
class Selection:
    """A marked passage of a source, with its codings as (code, coder, memo)."""

    guid: str
    name: str
    start: int
    end: int
    codings: list[tuple[str, str, str]]


@dataclass
class Text:
    """A source: what is in it, and what is marked."""

    guid: str
    name: str
    text: str
    selections: list[Selection]


@dataclass
class CodeRow:
    """A code as the file has it."""

    guid: str
    name: str
    text: str
    parent: str
    codable: bool


@dataclass
class Project:
    """What a file holds that we read; `left_out` counts what we do not."""

    name: str
    origin: str
    description: str
    coders: dict[str, str]
    codes: dict[str, CodeRow]
    headings: dict[str, str]  # code -> name of the set it is in
    cases: list[dict]
    texts: list[Text]
    months: dict[str, str]  # coder -> month of the first coding
    kinds: dict[str, str] = field(default_factory=dict)  # name of a variable -> type
    variables: dict[str, dict[str, str]] = field(default_factory=dict)  # source -> name of a variable -> value
    case_codes: dict[str, int] = field(default_factory=dict)  # code that marks what belongs to a case -> its place
    left_out: Counter = field(default_factory=Counter)
    to_check: list[str] = field(default_factory=list)


def read_project(file: Path) -> Project:
    """Read a .qdpx file.

    Raises UserError for a file that is too large, damaged, or no REFI-QDA project.
    """
    archive = open_archive(file)
    names = {name.lower(): name for name in archive.namelist()}
    if "project.qde" not in names:
        raise UserError(f"{file} holds no project.qde, so it is no REFI-QDA project; export it as .qdpx (REFI-QDA).")
    root = parse(read_member(archive, names["project.qde"]), f"project.qde in {file}")
    if root.tag != "Project":
        raise UserError(f"project.qde in {file} begins with <{root.tag}>, expected <Project>; export it as .qdpx.")
    left = MOST_TEXT
    missing: list[str] = []

    def text_of(element: Element) -> str:
        """The plain text of a source or memo, in the archive or in the XML."""
        nonlocal left
        inline = element.findtext("PlainTextContent")
        path = element.get("plainTextPath") or ""
        name = names.get("sources/" + path.removeprefix("internal://").rsplit("/", 1)[-1].lower())
        if inline is not None or not name:
            if inline is None and path:
                missing.append(line(element.get("name") or "") or path)
            return inline or ""
        content = read_member(archive, name, min(left, 50 * MB))
        left -= len(content)
        return decoded(content, f"'{name}' in {file}")

    with archive:
        project = project_of(root, text_of)
    words = "its text is not in the file, so nothing was read of it; export the project together with its sources"
    project.to_check += [f"'{name}': {words}" for name in missing]
    return project


def parse(content: bytes, where: str) -> Element:
    """XML as a tree without namespaces; none of its entities or outside references are ever followed."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UserError(f"{where} declares entities or a document type ({error!r}); it is not read.") from None
    except (ParseError, ValueError, LookupError) as error:
        raise UserError(f"{where} is not well-formed XML ({error}); export it again where it was made.") from None
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def decoded(content: bytes, where: str) -> str:
    """Plain text, UTF-8 as the standard has it, or UTF-16 with its mark."""
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{where} is not UTF-8 text (byte {error.start + 1}); export it again as UTF-8.") from None


def id_of(value: str | None) -> str:
    """An id in one letter case, without braces: programs write both."""
    return (value or "").strip("{} ").lower()


def target(element: Element | None) -> str:
    """What a reference points at."""
    return id_of(element.get("targetGUID")) if element is not None else ""


def named(root: Element, place: str) -> dict[str, str]:
    """The names of elements by their ids."""
    return {id_of(each.get("guid")): line(each.get("name") or each.get("id") or "") for each in root.findall(place)}


def project_of(root: Element, text_of: Callable[[Element], str]) -> Project:
    """The tree of project.qde as a Project."""
    variables = named(root, "Variables/Variable")
    found = Project(
        name=line(root.get("name") or "") or "Imported project",
        origin=line(root.get("origin") or "an unnamed program"),
        description=root.findtext("Description") or "",
        coders=named(root, "Users/User"),
        codes={},
        headings={
            target(each): line(part.get("name") or "") for part in root.iter("Set") for each in part.iter("MemberCode")
        },
        cases=[read_case(case, variables) for case in root.findall("Cases/Case")],
        texts=[],
        months={},
        kinds={
            variables[id_of(v.get("guid"))]: v.get("typeOfVariable") or "Text"
            for v in root.findall("Variables/Variable")
        },
    )
    read_codes(root.findall("CodeBook/Codes/Code"), "", found.codes)
    found.case_codes = codes_of_cases(root, found)
    for what, (place, _) in LEFT_OUT.items():
        found.left_out[what] += len(root.findall(place)) if place else 0
    memos = {id_of(note.get("guid")): plain(text_of(note)) for note in root.findall("Notes/Note")}
    for listed in root.findall("Sources/*"):
        source, shown = listed, listed.find("Representation")
        if listed.tag == "PDFSource" and shown is not None:
            found.left_out["places in PDF pages"] += len(listed.findall("PDFSelection"))
            source = shown
            source.set("name", listed.get("name") or "")
        elif source.tag != "TextSource":
            found.left_out[f"sources that are not text ({source.tag})"] += 1
            continue
        guid = id_of(source.get("guid"))
        found.variables[guid] = values_of(source, variables)
        for coding in source.findall("Coding"):
            case = found.case_codes.get(target(coding.find("CodeRef")))
            if case is None:
                found.left_out["codings of whole documents"] += 1
            else:
                found.cases[case]["sources"].append(guid)
        found.left_out["memos of whole documents"] += len(source.findall("NoteRef"))
        found.texts.append(read_text(source, text_of(source), memos, found))
    read_sets(root, found)
    return found


def read_sets(root: Element, found: Project) -> None:
    """Sets of documents become variables of their cases; sets of codes are headings. The rest is counted, by name."""
    for part in root.iter("Set"):
        name = line(part.get("name") or "") or "Unnamed set"
        for member in part.findall("MemberSource"):
            found.variables.setdefault(target(member), {})[f"Set {name}"] = "yes"
            found.kinds[f"Set {name}"] = SET
        if (part.findtext("Description") or "").strip():
            found.left_out[f"description of the set '{name}'"] += 1
        found.left_out[f"memos in the set '{name}'"] += len(part.findall("MemberNote"))


def codes_of_cases(root: Element, found: Project) -> dict[str, int]:
    """The codes that mark what belongs to a case, as NVivo and QualCoder write them, with the places of their cases.

    A case names them, or they have its id or its name. They are taken out of the codes; what is below one moves up.
    """
    names = {case["name"].casefold(): place for place, case in enumerate(found.cases) if case["name"]}
    codes: dict[str, int] = {}
    for place, case in enumerate(root.findall("Cases/Case")):
        codes |= {target(ref): place for ref in case.findall("CodeRef")}
        codes |= {guid: place for guid in found.codes if guid == id_of(case.get("guid"))}
    if not any(case["sources"] or case["selections"] for case in found.cases):
        own = {guid: names[code.name.casefold()] for guid, code in found.codes.items() if code.name.casefold() in names}
        codes = own | codes
    above = {found.codes[guid].parent for guid in codes if guid in found.codes}
    for guid in codes:
        gone = found.codes.pop(guid, None)
        for code in found.codes.values():
            code.parent = gone.parent if gone and code.parent == guid else code.parent
    for guid in above - {code.parent for code in found.codes.values()}:  # a code that only held those of cases
        if guid in found.codes and not found.codes[guid].codable:
            del found.codes[guid]
    return codes


def values_of(element: Element, variables: dict[str, str]) -> dict[str, str]:
    """What is said of a case or source, by the names of the variables; its description is one of them."""
    values = {}
    for value in element.findall("VariableValue"):
        given = [child.text or "" for child in value if child.tag.endswith("Value")]
        values[variables.get(target(value.find("VariableRef")), "")] = line(given[0]) if given else ""
    text = plain(element.findtext("Description") or "")
    return values | ({DESCRIPTION: text} if text else {})


def read_codes(codes: list[Element], parent: str, into: dict[str, CodeRow], depth: int = 1) -> None:
    """Read codes and all below them."""
    if codes and depth > DEEPEST:
        raise UserError(f"codes are nested more than {DEEPEST} deep; at most {DEEPEST} are read.")
    for code in codes:
        guid = id_of(code.get("guid"))
        if guid in into:
            raise UserError(f"two codes have the same id {guid}; export the project again where it was made.")
        name, text = line(code.get("name") or "") or "Unnamed code", plain(code.findtext("Description") or "")
        into[guid] = CodeRow(guid, name, text, parent, code.get("isCodable", "true") in ("true", "1"))
        read_codes(code.findall("Code"), guid, into, depth + 1)


def read_case(case: Element, variables: dict[str, str]) -> dict:
    """A case: its name, what is said of it, and which sources and selections belong to it."""
    return {
        "name": line(case.get("name") or ""),
        "values": values_of(case, variables),
        "sources": [target(ref) for ref in case.findall("SourceRef")],
        "selections": [target(ref) for ref in case.findall("SelectionRef")],
    }


def read_text(source: Element, text: str, memos: dict[str, str], found: Project) -> Text:
    """A source with its selections; what lies outside the text is counted as left out."""
    name = line(source.get("name") or "") or re.split("[/:]", source.get("plainTextPath") or "")[-1]
    elements, selections, of_cases = source.findall("PlainTextSelection"), [], []
    marks = [
        Mark(int_of(each.get("startPosition")), int_of(each.get("endPosition")), each.get("name") or "")
        for each in elements
    ]
    text, places, doubt = positions(text, marks)
    if doubt and text:
        found.to_check.append(f"'{name}': its passages do not begin and end at words; compare them with the program")
    for selection, (start, end) in zip(elements, places):
        codings = selection.findall("Coding")
        if not 0 <= start < end <= len(text) or not text[start:end].strip():
            found.left_out["codings of passages without text"] += len(codings)
            found.left_out["passages without text"] += 1
            continue
        shared = [plain(selection.findtext("Description") or "")]
        shared += [memos.get(target(ref), "") for ref in selection.findall("NoteRef")]
        if not codings and any(shared):
            found.left_out["memos of passages that nobody coded"] += 1
        read, cases = [], []
        for coding in codings:
            code = target(coding.find("CodeRef"))
            if code in found.case_codes:
                cases.append(found.case_codes[code])
                continue
            coder = id_of(coding.get("creatingUser") or selection.get("creatingUser"))
            month = (coding.get("creationDateTime") or selection.get("creationDateTime") or "")[:7]
            if re.fullmatch(r"\d{4}-\d\d", month):
                found.months[coder] = min(month, found.months.get(coder, month))
            own = [memos.get(target(ref), "") for ref in coding.findall("NoteRef")]
            read.append((code, coder, " / ".join(filter(None, [*own, *shared]))))
        of_cases += [(case, start, end) for case in cases[:1]]
        if read or not cases:
            selections.append(Selection(id_of(selection.get("guid")), selection.get("name") or "", start, end, read))
    for case, first, last in of_cases:
        within = [each.guid for each in selections if first <= each.start and each.end <= last]
        found.cases[case]["selections"] += within
    return Text(id_of(source.get("guid")), name, text, selections)


def int_of(text: str | None) -> int:
    """A position; -1 where it is none."""
    number = re.fullmatch(r"\s*\d{1,12}\s*", text or "", re.ASCII)
    return int(number[0]) if number else -1
