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
from tprog.evaluate.votes import prediction_labels

__all__ = [
    "Batch",
    "Evaluation",
    "Evaluator",
    "accuracy",
    "all_inputs",
    "count_inputs",
    "encode",
    "evaluate",
    "frame_indices",
    "numerical_bounds",
    "predict",
    "prediction_labels",
    "predictions",
    "sample_inputs",
    "scored_positions",
]
