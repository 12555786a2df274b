"""07_recap has no exercise: what it asks, a learner checks by a quiz that earns nothing."""
