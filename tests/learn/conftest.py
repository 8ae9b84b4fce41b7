"""Tests of this room use one thread, so that they do not fight for cores."""

import torch

torch.set_num_threads(1)
