"""The one error that a user sees as a message."""


class UserError(Exception):
    """A mistake that the user can correct. The message says what and how; no traceback is shown."""


UserError.__module__ = "casesynth"  # the name that users and doctests know it by
