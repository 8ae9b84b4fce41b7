"""Learning Programs: the relaxed network, training, and both ways between network and Program.

Nothing is imported here, so that a part without torch (the discrete search, settings) stays without it. What others use:

- `tprog.learn.train`: `train(task, settings, folder)`, and `tprog.learn.settings` for `TrainSettings` and `Progress`;
- `tprog.learn.conversion`: a Program as a network and back;
- `tprog.learn.weights`: `save_network` and `load_network`;
- `tprog.learn.search`: the discrete search.
"""
