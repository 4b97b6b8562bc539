"""An automated baseline, transparent, that proposes themes for key points, for a person to accept or not.

Words only, no model to download: TF-IDF weights (Spärck Jones 1972; Salton and Buckley 1988) and the cosine between
a key point and (a) the theme's name, definition and inclusions, (b) the most similar key points of *other cases* that
are coded to the theme. A point's own case never votes on it, so that every proposal is also a test (leave one case out).
Proposals never enter the synthesis.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
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
#: What counts as a word.
READ = {"stop_words": "english", "token_pattern": r"(?u)\b[^\W\d_]{2,}\b"}
PROPOSALS = "keypoint theme score margin definition neighbours nearest shared_words case heading summary".split()


def theme_texts(book: pd.DataFrame) -> pd.Series:
    """Name, definition and inclusions of each theme as one text. Returns text by theme."""
    own = book[book["level"].eq("theme")].set_index("id")
    return own["name"] + ". " + own["definition"] + " " + own["includes"]


@dataclass(frozen=True)
class Model:
    """What the key points of one heading are compared with.

    `reader` weighs words; `candidates` are the heading's themes and `none`, `of_theme` the weights of the themes' texts;
    `voters` (column: the place of the theme; keypoint, case) and `of_voter` the coded key points and their weights.
    """

    reader: Any
    candidates: list[str]
    of_theme: Any
    voters: pd.DataFrame
    of_voter: Any


def propose(keypoints: pd.DataFrame, book: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """The most fitting theme of its heading, or none, for every key point under a heading that has themes.

    Takes keypoints and codebook as in the data; coded (keypoint, theme, direction), of one coder or several. Returns one row
    for each key point (none for a heading without a word to read): keypoint, theme, score (mean of definition and neighbours,
    below; for `none` neighbours alone; 0 to 1), margin (score minus that of the next theme; not a probability),
    definition (cosine with the theme's text; for `none` 0), neighbours (mean cosine with the 3 most similar points of
    other cases coded to it), nearest (the most similar of them), shared_words (the words that weigh most in the
    similarity), case, heading, summary.
    """
    return by_models(learn([(keypoints, coded)], book), keypoints)


def by_models(models: dict[str, Model], keypoints: pd.DataFrame) -> pd.DataFrame:
    """The proposals for some key points; columns as `propose`."""
    groups = keypoints.groupby("heading", sort=False)
    parts = [of_heading(own.reset_index(drop=True), models[name]) for name, own in groups if name in models]
    return pd.concat(parts, ignore_index=True)[PROPOSALS] if parts else pd.DataFrame(columns=PROPOSALS)


def said(points: pd.DataFrame) -> Any:
    """What is read of each key point."""
    return (points["label"].fillna("") + " " + points["summary"]).to_numpy()


def learn(parts: Iterable[tuple[pd.DataFrame, pd.DataFrame]], book: pd.DataFrame) -> dict[str, Model]:
    """Heading -> its model, from parts (key points, codings) that hold whole cases.

    Of each part only its numbers of words are kept, which add up, and the key points that may vote: so the parts can be
    the shards of a review of any size, and their number changes nothing. Where the parts have a column `row`, votes are in
    its order.
    """
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    texts = theme_texts(book)
    of_theme = book.loc[book["level"].eq("theme")].set_index("id")["heading"]
    own_texts = {heading: texts.loc[own.index] for heading, own in of_theme.groupby(of_theme)}
    words = {heading: Counter[str]() for heading in own_texts}
    read, votes = Counter[str](), {heading: pd.DataFrame() for heading in own_texts}

    def count(heading: str, documents: np.ndarray) -> None:
        reader = CountVectorizer(**READ)
        try:
            found = reader.fit_transform(documents)
        except ValueError:  # not one word to read
            return
        words[heading].update(dict(zip(reader.get_feature_names_out(), found.getnnz(axis=0).tolist())))

    for heading, own in own_texts.items():
        count(heading, own.to_numpy())
    for points, coded in parts:
        kept = coded[coded["direction"].eq("supports")][["keypoint", "theme"]].drop_duplicates()
        for heading, own in points.groupby("heading", sort=False):
            if heading in own_texts:
                count(heading, said(own))
                read[heading] += len(own)
                votes[heading] = voters(votes[heading], own, kept, [*own_texts[heading].index, NONE])
    models = {}
    for heading in [each for each in own_texts if read[each] and words[each]]:
        names = sorted(words[heading])
        reader = TfidfVectorizer(sublinear_tf=True, vocabulary=names, **READ)
        documents = read[heading] + len(own_texts[heading])
        reader.idf_ = np.log((documents + 1.0) / (np.array([words[heading][name] for name in names]) + 1.0)) + 1.0
        own_votes = votes[heading].sort_values(["column", "row"], kind="stable", ignore_index=True)
        weights = reader.transform(np.concatenate([own_texts[heading].to_numpy(), said(own_votes)]))
        number, candidates = len(own_texts[heading]), [*own_texts[heading].index, NONE]
        own_votes = own_votes[["column", "keypoint", "case"]]
        models[heading] = Model(reader, candidates, weights[:number], own_votes, weights[number:])
    return models


def voters(before: pd.DataFrame, points: pd.DataFrame, kept: pd.DataFrame, candidates: list[str]) -> pd.DataFrame:
    """The key points that vote, with those of one more part: of a theme with too many, those of the smallest digests."""
    own = points.assign(row=points["row"] if "row" in points else np.arange(len(points)))
    own = own[["id", "case", "label", "summary", "row"]].rename(columns={"id": "keypoint"})
    votes = kept.assign(column=pd.Index(candidates).get_indexer(kept["theme"])).merge(own, on="keypoint")
    votes = pd.concat([before, votes[votes["column"].ge(0)]], ignore_index=True)
    if votes["column"].value_counts().le(VOTERS).all():
        return votes
    chosen = votes.assign(digest=digests_of(votes["keypoint"])).sort_values(["digest", "keypoint"])
    return votes.loc[chosen.groupby("column").head(VOTERS).index]


def of_heading(points: pd.DataFrame, model: Model) -> pd.DataFrame:
    """The proposals for key points of one heading; columns as `propose`."""
    candidates, votes, of_theme = model.candidates, model.voters, model.of_theme
    of_point = model.reader.transform(said(points))
    cases, _ = pd.factorize(pd.concat([points["case"], votes["case"]]))
    starts = np.searchsorted(votes["column"], np.arange(len(candidates) + 1))
    definition = np.zeros((len(points), len(candidates)), dtype=float)
    definition[:, :-1] = (of_point @ of_theme.T).toarray()
    near, nearest = np.zeros_like(definition), np.full(definition.shape, -1)
    for start in range(0, len(points), ROWS):
        rows = slice(start, min(start + ROWS, len(points)))
        likeness = (of_point[rows] @ model.of_voter.T).toarray()
        likeness[cases[rows, None] == cases[None, len(points) :]] = 0  # the point's own case has no vote
        for column in range(len(candidates)):
            own = likeness[:, starts[column] : starts[column + 1]]
            if own.shape[1]:
                most = min(NEIGHBOURS, own.shape[1])
                top = np.partition(own, own.shape[1] - most, axis=1)[:, -most:]
                near[rows, column] = top.sum(axis=1) / NEIGHBOURS
                nearest[rows, column] = np.where(own.max(axis=1) > 0, starts[column] + own.argmax(axis=1), -1)
    score = (definition + near) / 2
    score[:, -1] = near[:, -1]  # `none` has no definition: its coded points alone speak for it
    order = np.argsort(-score, axis=1, kind="stable")
    first, row = order[:, 0], np.arange(len(points))
    first = np.where(score[row, first] > 0, first, len(candidates) - 1)  # nothing in common with anything: none
    second = np.where(order[:, 0] == first, order[:, 1], order[:, 0])
    chosen = nearest[row, first]
    voted = model.of_voter[np.maximum(chosen, 0)] if len(votes) else of_point * 0
    pair = voted.multiply((chosen >= 0)[:, None]) + vstack_rows(of_theme, first, len(candidates) - 1)
    return pd.DataFrame(
        {
            "keypoint": points["id"],
            "theme": np.array(candidates)[first],
            "score": score[row, first].round(4),
            "margin": np.maximum(score[row, first] - score[row, second], 0).round(4),
            "definition": definition[row, first].round(4),
            "neighbours": near[row, first].round(4),
            "nearest": [votes["keypoint"][place] if place >= 0 else "" for place in chosen],
            "shared_words": heaviest(of_point.multiply(pair).tocsr(), model.reader.get_feature_names_out()),
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
    points, coded = part_of(review)
    return propose(points, review.codebook, coded)


def part_of(review: Review) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `learn` takes of a review, or of one part of it: the key points that can have themes, and all coders' codings."""
    return review.themed_points, review.codings[review.codings["coder"].isin(coders_of(review))]


def evaluated(review: Review, proposals: pd.DataFrame) -> pd.DataFrame:
    """`agreement_per_theme` for each coder, and the consensus where there is one."""
    by = {name: coded for name, coded in codings(review).items() if name not in ("union", "intersection")}
    return agreement_per_theme(review, proposals, by)
