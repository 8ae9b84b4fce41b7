"""From examples to the algorithm: RASP graphs that are right on every example, found by search."""
