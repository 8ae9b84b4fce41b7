"""Synthesis over integer vectors: every behaviour is what it computes on a few examples (bottom-up enumeration)."""
