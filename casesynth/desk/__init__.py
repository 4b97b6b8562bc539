"""A review of one's own: questionnaire, import, workbook, checks."""
