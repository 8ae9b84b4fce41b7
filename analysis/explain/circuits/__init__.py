"""Circuits: which heads and look-ups alone give an answer, for one input or over many."""

from tprog.analysis.explain.circuits.closeup import Closeup, Vote, closeups
from tprog.analysis.explain.circuits.kinds import KindOfInput
from tprog.analysis.explain.circuits.output import SamplePrediction
from tprog.analysis.explain.circuits.slicing import Slice, SlicePlace, SliceRead, backward_slice
from tprog.analysis.explain.circuits.survey import Circuit, Survey, survey

__all__ = [
    "Circuit",
    "Closeup",
    "KindOfInput",
    "SamplePrediction",
    "Slice",
    "SlicePlace",
    "SliceRead",
    "Survey",
    "Vote",
    "backward_slice",
    "closeups",
    "survey",
]
