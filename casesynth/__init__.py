"""casesynth: re-run, audit and extend a synthesis of case studies.

Read the modules in the order of the notebooks: `review` loads the tables of one review, `extraction`
lays out what was extracted, `themes` asks which themes stand, `general` collects them over headings,
`barriers` and `participants` answer two questions of their own, `figures` draws and `report` writes, `checks`
recompute what the report states and `claims` lists them with their verdicts.
`run` executes the notebooks; everything else is plain functions from tables to tables.
"""

__version__ = "0.1.0"


class UserError(Exception):
    """Something the user can mend: it is shown as one message, never as a traceback."""
