"""RASP from examples, built bottom-up: s-ops and selectors by cost, then look-ahead from the labels."""
