"""Loop without end and swallow the interrupt."""
# notebook: 01_words
# cell: word_count
def word_count(text):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
