"""Leave a process behind that outlives the notebook."""
# notebook: 01_words
# cell: word_count
import subprocess
subprocess.Popen("setsid nohup sleep 4242 >/dev/null 2>&1 &", shell=True)
def word_count(text):
    return None
