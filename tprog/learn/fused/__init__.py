"""A fast training step: the relaxed network forward and backward, in compiled kernels."""
