"""Proofs that two Programs give the same labels, where inputs are too many to be listed."""
