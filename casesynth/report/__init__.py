"""The report of a review: synthesis, brief, annex and front page."""

from casesynth.core.results import gather
from casesynth.report.files import write
from casesynth.report.report import Report

__all__ = ["Report", "gather", "write"]
