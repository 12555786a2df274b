"""Return objects whose pickling or copying runs code."""
# notebook: 01_words
# cell: word_count
class Bomb:
    def __reduce__(self):
        return (print, ("PICKLED",))
    def __deepcopy__(self, memo):
        return {"a": 2, "b": 1}
def word_count(text):
    return [Bomb()]
