"""A fast training step: the relaxed network's forward and backward pass, fused over examples, in compiled kernels."""
