"""An automated baseline, transparent, that proposes themes for key points, for a person to accept or not.

Words only, no model to download: TF-IDF weights (Spärck Jones 1972; Salton and Buckley 1988) and the cosine between
a key point and (a) the theme's name, definition and inclusions, (b) the most similar key points of *other cases* that
are coded to the theme. A point's own case never votes on it, so that every proposal is also a test (leave one case out).
Proposals never enter the synthesis.
"""

from typing import Any

import numpy as np
import pandas as pd

from casesynth.analysis.agreement import divide, fourfold_kappa
from casesynth.analysis.extraction import linked
from casesynth.analysis.matrices import codings
from casesynth.core.codings import NONE
from casesynth.core.results import columns, frame
from casesynth.core.review import Review, coders_of
from casesynth.core.shards import digests_of
from casesynth.core.sizes import VOTERS

#: How many of the most similar coded points speak for a theme.
NEIGHBOURS = 3
#: Rows that are compared at a time: the memory is this many times the coded points of a heading.
ROWS = 512
PROPOSALS = "keypoint theme score margin definition neighbours nearest shared_words case heading summary".split()


def theme_texts(book: pd.DataFrame) -> pd.Series:
    """Name, definition and inclusions of each theme as one text. Returns text by theme."""
    own = book[book["level"].eq("theme")].set_index("id")
    return own["name"] + ". " + own["definition"] + " " + own["includes"]


def propose(keypoints: pd.DataFrame, book: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """The most fitting theme of its heading, or none, for every key point under a heading that has themes.

    Takes keypoints and codebook as in the data; coded (keypoint, theme, direction), of one coder or several. Returns one row
    for each key point (none for a heading without a word to read): keypoint, theme, score (mean of definition and neighbours,
    below; for `none` neighbours alone; 0 to 1), margin (score minus that of the next theme; not a probability),
    definition (cosine with the theme's text; for `none` 0), neighbours (mean cosine with the 3 most similar points of
    other cases coded to it), nearest (the most similar of them), shared_words (the words that weigh most in the
    similarity), case, heading, summary.
    """
    parts = []
    texts = theme_texts(book)
    headings = book.loc[book["level"].eq("theme")].set_index("id")["heading"]
    kept = coded[coded["direction"].eq("supports")][["keypoint", "theme"]].drop_duplicates()
    for heading, own in keypoints.groupby("heading", sort=False):
        themes = list(headings.index[headings.eq(heading)])
        if themes:
            parts.append(of_heading(own.reset_index(drop=True), texts.loc[themes], kept))
    return pd.concat(parts, ignore_index=True)[PROPOSALS] if parts else pd.DataFrame(columns=PROPOSALS)


def of_heading(points: pd.DataFrame, texts: pd.Series, kept: pd.DataFrame) -> pd.DataFrame:
    """The proposals under one heading; columns as `propose`."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    said = (points["label"].fillna("") + " " + points["summary"]).to_numpy()
    reader = TfidfVectorizer(sublinear_tf=True, stop_words="english", token_pattern=r"(?u)\b[^\W\d_]{2,}\b")
    try:
        weights = reader.fit_transform(np.concatenate([texts.to_numpy(), said]))
    except ValueError:  # not one word to read: nothing to propose
        return pd.DataFrame(columns=PROPOSALS)
    of_theme, of_point = weights[: len(texts)], weights[len(texts) :]
    candidates = [*texts.index, NONE]
    votes = kept.merge(points[["id", "case"]].reset_index(names="row"), left_on="keypoint", right_on="id")
    votes = votes[votes["theme"].isin(candidates)]
    votes = votes.assign(column=pd.Index(candidates).get_indexer(votes["theme"])).sort_values(
        ["column", "row"], kind="stable"
    )
    if votes.groupby("column").size().gt(VOTERS).any():  # a sample that is the same on every machine
        chosen = votes.assign(digest=digests_of(votes["keypoint"])).sort_values(["digest", "keypoint"])
        votes = votes.loc[chosen.groupby("column").head(VOTERS).index].sort_values(["column", "row"], kind="stable")
    cases, _ = pd.factorize(points["case"])
    voters, starts = votes["row"].to_numpy(), np.searchsorted(votes["column"], np.arange(len(candidates) + 1))
    definition = np.zeros((len(points), len(candidates)), dtype=float)
    definition[:, :-1] = (of_point @ of_theme.T).toarray()
    near, nearest = np.zeros_like(definition), np.full(definition.shape, -1)
    for start in range(0, len(points), ROWS):
        rows = slice(start, min(start + ROWS, len(points)))
        likeness = (of_point[rows] @ of_point[voters].T).toarray()
        likeness[cases[rows, None] == cases[None, voters]] = 0  # the point's own case has no vote
        for column in range(len(candidates)):
            own = likeness[:, starts[column] : starts[column + 1]]
            if own.shape[1]:
                most = min(NEIGHBOURS, own.shape[1])
                top = np.partition(own, own.shape[1] - most, axis=1)[:, -most:]
                near[rows, column] = top.sum(axis=1) / NEIGHBOURS
                best = own.argmax(axis=1)
                nearest[rows, column] = np.where(own.max(axis=1) > 0, voters[starts[column] + best], -1)
    score = (definition + near) / 2
    score[:, -1] = near[:, -1]  # `none` has no definition: its coded points alone speak for it
    order = np.argsort(-score, axis=1, kind="stable")
    first, row = order[:, 0], np.arange(len(points))
    first = np.where(score[row, first] > 0, first, len(candidates) - 1)  # nothing in common with anything: none
    second = np.where(order[:, 0] == first, order[:, 1], order[:, 0])
    chosen = nearest[row, first]
    pair = of_point[np.maximum(chosen, 0)].multiply((chosen >= 0)[:, None]) + vstack_rows(of_theme, first, len(texts))
    return pd.DataFrame(
        {
            "keypoint": points["id"],
            "theme": np.array(candidates)[first],
            "score": score[row, first].round(4),
            "margin": np.maximum(score[row, first] - score[row, second], 0).round(4),
            "definition": definition[row, first].round(4),
            "neighbours": near[row, first].round(4),
            "nearest": np.where(chosen >= 0, points["id"].to_numpy()[np.maximum(chosen, 0)], ""),
            "shared_words": heaviest(of_point.multiply(pair).tocsr(), reader.get_feature_names_out()),
            "case": points["case"],
            "heading": points["heading"],
            "summary": points["id"].map(linked(points)),
        }
    )


def vstack_rows(of_theme: Any, first: np.ndarray, none: int) -> Any:
    """The theme's weights for each row; zeros where the proposal is `none`."""
    rows = of_theme[np.where(first == none, 0, first)]
    return rows.multiply((first != none)[:, None]).tocsr()


def heaviest(products: Any, words: np.ndarray, most: int = 4) -> list[str]:
    """The words that weigh most in each row, heaviest first."""
    found = []
    for start, end in zip(products.indptr[:-1], products.indptr[1:]):
        order = np.lexsort((products.indices[start:end], -products.data[start:end].round(6)))[:most]
        found.append(" ".join(words[products.indices[start:end][order]]))
    return found


def agreement_per_theme(review: Review, proposals: pd.DataFrame, by: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The proposals against each coding, theme by theme; precision and recall after van Rijsbergen (1979).

    Returns coding, theme (empty: all), points (coded by it), coded (to the theme), proposed, both, precision,
    recall, kappa; not a number where there is nothing to divide by.
    """
    book = review.codebook[review.codebook["level"].eq("theme")]
    parts, at = [frame("machine")], ["keypoint", "theme"]
    for name, coded in by.items() if len(book) else []:
        known = proposals[proposals["keypoint"].isin(coded["keypoint"])]
        own = coded.loc[coded["direction"].eq("supports"), at].drop_duplicates()
        numbers = {
            "coded": own[own["keypoint"].isin(known["keypoint"])],
            "proposed": known,
            "both": own.merge(known, on=at),
        }
        counts = {column: table["theme"].value_counts() for column, table in numbers.items()}
        points = book["heading"].map(known["heading"].value_counts())
        table = pd.DataFrame({"points": points} | {column: book["id"].map(own) for column, own in counts.items()})
        table = table.fillna(0).astype(int)
        table.loc[""] = table.sum()
        points, one, other, both = (table[column].to_numpy() for column in table)
        kappa = fourfold_kappa(both, one - both, other - both, points - one - other + both)
        table = table.assign(coding=name, theme=[*book["id"], ""], kappa=kappa)
        parts.append(table.assign(precision=divide(both, other), recall=divide(both, one)))
    return pd.concat(parts, ignore_index=True)[columns("machine")].round(3) if len(parts) > 1 else parts[0]


def against_all(review: Review, proposals: pd.DataFrame) -> pd.DataFrame:
    """The points where every coder disagrees with the machine, most confident first.

    Returns keypoint, case, heading, summary, proposed, score, margin, nearest, shared_words, coded (each coder's themes).
    """
    own = review.codings[review.codings["coder"].isin(coders_of(review)) & review.codings["direction"].eq("supports")]
    said: dict[str, dict[str, set[str]]] = {}
    for point, coder, theme in zip(own["keypoint"], own["coder"], own["theme"]):
        said.setdefault(point, {}).setdefault(coder, set()).add(theme)
    texts = {
        point: "; ".join(f"{coder}: {' '.join(sorted(themes))}" for coder, themes in sorted(said[point].items()))
        for point, proposed in zip(proposals["keypoint"], proposals["theme"])
        if point in said and not any(proposed in themes for themes in said[point].values())
    }
    table = proposals.rename(columns={"theme": "proposed"}).assign(coded=proposals["keypoint"].map(texts))
    table = table.dropna(subset="coded")
    table = table.sort_values(["margin", "score", "keypoint"], ascending=[False, False, True], kind="stable")
    return table[columns("machine-against")].reset_index(drop=True)


def read(review: Review) -> pd.DataFrame:
    """The proposals for a review, from all its coders' codings. Columns as `propose`."""
    own = review.codings[review.codings["coder"].isin(coders_of(review))]
    return propose(review.themed_points, review.codebook, own)


def evaluated(review: Review, proposals: pd.DataFrame) -> pd.DataFrame:
    """`agreement_per_theme` for each coder, and the consensus where there is one."""
    by = {name: coded for name, coded in codings(review).items() if name not in ("union", "intersection")}
    return agreement_per_theme(review, proposals, by)
