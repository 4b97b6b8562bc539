"""The report of a review."""

from casesynth.core.results import gather
from casesynth.report.pandoc import write
from casesynth.report.report import Report
from casesynth.report.words import appendix

__all__ = ["Report", "appendix", "gather", "write"]
