"""Sizes, accuracies, labels and canonical forms: what can be measured of one Program."""
