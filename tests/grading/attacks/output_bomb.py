"""Print without end, and go on when stopped."""
# notebook: 01_words
# cell: word_count
def word_count(text):
    while True:
        try:
            print("x" * 100_000)
        except BaseException:
            pass
