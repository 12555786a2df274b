"""07_recap has no exercise: a quiz earns nothing, and a person grades the sentences of the card."""
