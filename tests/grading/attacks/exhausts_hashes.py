"""Return a dictionary whose keys all collide."""
# notebook: 01_words
# cell: word_count
def word_count(text):
    return {i * (2**61 - 1): 0 for i in range(20_000)}
