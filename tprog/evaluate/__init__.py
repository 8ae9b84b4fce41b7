"""Evaluation: what a Program computes, exactly, on one input or on millions. Refuses torch."""

from tprog.evaluate.batch import (
    Evaluation,
    Evaluator,
    accuracy,
    evaluate,
    predict,
    predictions,
)
from tprog.evaluate.inputs import (
    Batch,
    all_inputs,
    count_inputs,
    encode,
    frame_indices,
    sample_inputs,
    scored_positions,
)
from tprog.evaluate.ranges import numerical_bounds
from tprog.evaluate.reach import Reachability, reachable
from tprog.evaluate.traces import Trace, trace
from tprog.evaluate.votes import prediction_labels
from tprog.evaluate.whole import Progress, evaluate_domain, predict_domain

__all__ = [
    "Batch",
    "Evaluation",
    "Evaluator",
    "Progress",
    "Reachability",
    "Trace",
    "accuracy",
    "all_inputs",
    "count_inputs",
    "encode",
    "evaluate",
    "evaluate_domain",
    "frame_indices",
    "numerical_bounds",
    "predict",
    "predict_domain",
    "prediction_labels",
    "predictions",
    "reachable",
    "sample_inputs",
    "scored_positions",
    "trace",
]
