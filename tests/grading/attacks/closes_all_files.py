"""Close every file descriptor."""
# notebook: 01_words
# cell: word_count
import os
def word_count(text):
    os.closerange(0, 1000)
    return None
