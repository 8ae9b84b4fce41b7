"""Sizes, accuracies, redundant parts and the summary of one Program."""
