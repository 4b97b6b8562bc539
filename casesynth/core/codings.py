"""What coders have recorded: marks, the consensus, and who coded."""

import pandas as pd

NONE = "none"
#: The coder whose codings the others have agreed on.
CONSENSUS = "consensus"


def marks(codings: pd.DataFrame) -> pd.Series:
    """What each row says of its key point: the theme, or "not" and the theme where it contradicts it.

    >>> marks(pd.DataFrame({"theme": ["t", "t"], "direction": ["supports", "contradicts"]})).tolist()
    ['t', 'not t']
    """
    against = codings["direction"].eq("contradicts") & codings["theme"].ne(NONE)
    themes = codings["theme"].astype("str")
    return themes.mask(against, "not " + themes)


def judged_by(rows: pd.DataFrame, coder: str) -> pd.DataFrame:
    """The rows of that coder, or the consensus's where there are none.

    >>> rows = pd.DataFrame([["k", "ada"], ["l", "consensus"]], columns=["keypoint", "coder"])
    >>> [judged_by(rows, coder)["keypoint"].tolist() for coder in ("ada", "bo")]
    [['k'], ['l']]
    """
    own = rows["coder"].eq(coder)
    return rows[own if own.any() else rows["coder"].eq(CONSENSUS)]


def by_model(coders: pd.DataFrame) -> bool:
    """Whether those who coded (rows of coders.csv) are sessions of a language model, and nobody else; the consensus apart.

    >>> by_model(pd.DataFrame({"id": ["ada", "bo"], "how": ["A colleague, by reading", "A large language model"]}))
    False
    """
    own = coders[coders["id"].ne(CONSENSUS)] if "how" in coders else coders
    return bool(len(own) and own["how"].str.contains("language model", case=False).all())


def without_consensus(codings: pd.DataFrame) -> list[str]:
    """The key points that several coders have coded, and the consensus has not.

    >>> rows = [["k", "ada"], ["k", "bo"], ["l", "ada"], ["m", "ada"], ["m", "bo"], ["m", "consensus"]]
    >>> without_consensus(pd.DataFrame(rows, columns=["keypoint", "coder"]))
    ['k']
    """
    agreed = codings["coder"].eq(CONSENSUS)
    of_coders = codings[~agreed].groupby("keypoint")["coder"].nunique()
    return sorted(set(of_coders.index[of_coders > 1]) - set(codings.loc[agreed, "keypoint"]))


def unexplained(codings: pd.DataFrame) -> list[tuple[int, str]]:
    """A consensus on a key point that coders coded differently needs a reason, as its memo: (row, key point) without.

    >>> rows = [["k", "t", "supports", "ada"], ["k", "t", "contradicts", "bo"], ["k", "t", "supports", "consensus"]]
    >>> unexplained(pd.DataFrame(rows, columns=["keypoint", "theme", "direction", "coder"]).assign(memo=""))
    [(2, 'k')]
    """
    agreed = codings["coder"].eq(CONSENSUS)
    if not agreed.any():
        return []
    # A set of marks as one number, the sum of the digests of its marks: sets that differ have other numbers.
    digest = pd.Series(pd.util.hash_array(marks(codings).astype(object).to_numpy()), index=codings.index)
    own = codings.assign(mark=digest)[~agreed].drop_duplicates(["keypoint", "coder", "mark"])
    differ = own.groupby(["keypoint", "coder"])["mark"].sum().groupby(level="keypoint").nunique().gt(1)
    given = codings.loc[agreed & codings["memo"].ne(""), "keypoint"]
    without = set(codings.loc[agreed, "keypoint"]) & set(differ.index[differ]) - set(given)
    rows = codings[agreed & codings["keypoint"].isin(without)].drop_duplicates("keypoint")
    return list(rows["keypoint"].items())
