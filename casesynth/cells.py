"""Cells on their way into a spreadsheet and back.

A spreadsheet takes a cell that begins with = + - or @ for a formula, and a formula can fetch and send data
(OWASP, "CSV Injection"). On export such text gets an apostrophe in front; coming back it loses it again, so
that what returns is what was typed.
"""

import re

#: What a spreadsheet may run: a formula sign, or a blank that it drops from in front of one.
STARTS = r"[=+\-@\t\r\n＝＋－＠]"


def neutral(text):
    """The text so that no spreadsheet runs it; what is not text comes back as it is.

    >>> neutral("=HYPERLINK(1)"), neutral("Money"), neutral(-2)
    ("'=HYPERLINK(1)", 'Money', -2)

    A text that already has the apostrophe gets a second, so nothing is lost on the way back:

    >>> as_typed(neutral("'=1")), as_typed(neutral("- rent"))
    ("'=1", '- rent')
    """
    if isinstance(text, str) and re.match(rf"'*{STARTS}", text):
        return "'" + text
    return text


def as_typed(text):
    """The text as it was before `neutral`.

    >>> as_typed("'=HYPERLINK(1)"), as_typed("'tis so")
    ('=HYPERLINK(1)', "'tis so")
    """
    if isinstance(text, str) and re.match(rf"'+{STARTS}", text):
        return text[1:]
    return text
