"""The report of a review."""

from casesynth.core.results import gather
from casesynth.report.pandoc import write
from casesynth.report.report import Report
from casesynth.report.synthesis import Synthesis
from casesynth.report.words import appendix

__all__ = ["Report", "Synthesis", "appendix", "gather", "write"]
