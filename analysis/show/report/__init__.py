"""One HTML file that shows a Program: its code, its circuit, what it answers and why."""

from tprog.analysis.show.report.findings import Report, make_report
from tprog.analysis.show.report.page import render_report

__all__ = ["Report", "make_report", "render_report"]
