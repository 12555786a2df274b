"""What stands beside the notebooks: the command `nnlib doctor`, and what a notebook's end asks."""
