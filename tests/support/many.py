"""Evidence of invented reviews at both ends: one case with little else, and 200 themes."""


def base(name: str, cases: list[dict], points: list[dict], book: list[dict], codings: list[dict]) -> dict:
    """Evidence without a publication, findings or claims."""
    parameters = {"min_cases": 2, "min_headings": 2, "heading_groups": True, "merge_overlap": 0.5, "coding": "ada"}
    heading = {"id": "aims", "name": "Aims", "group": "aims"}
    tables = {"cases": cases, "keypoints": points, "codebook": book, "coders": [{"id": "ada"}], "codings": codings}
    return {
        "format": "casesynth-evidence-1",
        "review": {"name": name, "title": f"The review {name}"},
        "parameters": parameters,
        "headings": [heading | {"themed": True}],
        "sets": [heading | {"headings": ["aims"]}],
        "tables": {table: rows for table, rows in tables.items() if rows},
        "results": {},
        "numbers": [],
        "checks": {},
        "provenance": {"version": "0", "digests": []},
    }


def evidence_of_one() -> dict:
    """One case, one key point without a summary, and nothing coded."""
    case = {"id": "a", "order": 1, "name": "Alder Yard", "case_study": True}
    return base("one", [case], [{"id": "a-aims-01", "case": "a", "heading": "aims"}], [], [])


def evidence_of_many(themes: int = 200, cases: int = 30) -> dict:
    """Many themes and cases, each theme in a few of them."""
    case_ids = [f"case-{number:02}" for number in range(cases)]
    points = [
        {"id": f"{case}-aims-{theme:03}", "case": case, "heading": "aims", "summary": f"It aims at {theme}."}
        for place, case in enumerate(case_ids)
        for theme in range(place % 7, themes, 7)
    ]
    book = [{"id": "gen-all", "level": "general", "name": "All of it"}]
    book += [
        {"id": f"t-{number:03}", "level": "theme", "heading": "aims", "name": f"Aim {number}", "parent": "gen-all"}
        for number in range(themes)
    ]
    codings = [
        {"keypoint": point["id"], "theme": f"t-{point['id'][-3:]}", "coder": "ada", "direction": "supports"}
        for point in points
    ]
    rows = [
        {"id": case, "order": place, "name": case.title(), "case_study": True} for place, case in enumerate(case_ids)
    ]
    return base("many", rows, points, book, codings)
