"""Evaluation: what a Program computes, exactly, on one input or on millions."""

from tprog.evaluate.bounds import numerical_bounds
from tprog.evaluate.evaluator import (
    Evaluation,
    Evaluator,
    Progress,
    accuracy,
    evaluate,
    evaluate_domain,
    predict,
    predict_domain,
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
from tprog.evaluate.traces import Trace, trace
from tprog.evaluate.vote_sums import prediction_labels

__all__ = [
    "Batch",
    "Evaluation",
    "Evaluator",
    "Progress",
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
    "sample_inputs",
    "scored_positions",
    "trace",
]
