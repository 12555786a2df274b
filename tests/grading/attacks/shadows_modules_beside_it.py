"""Put a module of the kernel's name beside the notebook."""
# notebook: 01_words
# cell: word_count
for name in ("ipykernel_launcher", "codec", "inside", "json", "IPython"):
    open(name + ".py", "w").write("print('SHADOWED')")
import importlib, sys
sys.modules.pop("json", None)
import json
def word_count(text):
    return None
