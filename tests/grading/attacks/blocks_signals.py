"""Loop without end with all signals blocked."""
# notebook: 01_words
# cell: word_count
import signal
def word_count(text):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
    while True:
        pass
