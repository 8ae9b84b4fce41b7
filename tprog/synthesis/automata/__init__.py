"""Finite automata: learned from examples or read from a regular expression, written as RASP, and proved."""
