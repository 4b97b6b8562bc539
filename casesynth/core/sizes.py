"""Up to which size a review gets what, and what a larger one gets instead.

What is a count has no limit: it adds up over shards. The rest names its limit here.
"""

#: Lists of names and ids, the comparison with the publication, figures, and the whole chain of notebooks.
LISTED = 5_000
#: Fisher's exact test and what rests on it: p, q, the smallest possible p, power.
TESTED = 10_000
#: Coded key points of one theme that vote on a proposal of the automated baseline.
VOTERS = 500
#: Proposals of the automated baseline under one heading that its sheet has.
PROPOSED = 100_000

#: In words: what, the most cases (or key points), and what a larger review gets.
LIMITS = [
    (
        "Lists of the names and ids behind each count; figures; comparison with the publication; coders side by side",
        f"{LISTED:,} cases",
        "the counts alone, and a sample of cases by a stated rule",
    ),
    (
        "Fisher's exact test of themes that go together",
        f"{TESTED:,} cases",
        "observed and expected numbers, those furthest apart first: among this many cases almost every test passes",
    ),
    (
        "The size of the smallest removal that undoes a finding, by an integer programme (up to 16 cases: every such removal)",
        f"{LISTED:,} cases",
        "bounds from the counts: a number of cases that suffices, and one below which none does",
    ),
    (
        "Saturation in the order of the report, and the band of random orders",
        f"{LISTED:,} cases",
        "the exact number of themes expected in a random set of cases, coverage, and the themes that one and two cases have",
    ),
    (
        "Votes on a proposal of the automated baseline",
        f"{VOTERS:,} key points a theme",
        "the votes of those whose ids have the smallest SHA-256",
    ),
    (
        "The sheet of its proposals",
        f"{PROPOSED:,} key points a heading",
        "the most confident ones",
    ),
]
