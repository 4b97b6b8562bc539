"""Other programs: REFI-QDA, workbooks, RO-Crate."""
