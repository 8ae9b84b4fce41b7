"""Tracing errors to the branches that cause them: spectra of examples, tested by intervention."""

from tprog.analysis.explain.trace.causes import Cause, Failure
from tprog.analysis.explain.trace.examples import (
    LabelledExample,
    LabelledExamples,
    file_examples,
    given_examples,
    task_examples,
)
from tprog.analysis.explain.trace.fuzz import find_errors
from tprog.analysis.explain.trace.lines import INPUTS, Unused, find_unused
from tprog.analysis.explain.trace.output import EmittedLine
from tprog.analysis.explain.trace.spectrum import Metric
from tprog.analysis.explain.trace.suspects import Suspect, Switch
from tprog.analysis.explain.trace.tracing import PartSuspect, Tracing, trace_errors

__all__ = [
    "INPUTS",
    "Cause",
    "EmittedLine",
    "Failure",
    "LabelledExample",
    "LabelledExamples",
    "Metric",
    "PartSuspect",
    "Suspect",
    "Switch",
    "Tracing",
    "Unused",
    "file_examples",
    "find_errors",
    "find_unused",
    "given_examples",
    "task_examples",
    "trace_errors",
]
