"""A program for the supervisor to look after: `part.py NAME FOLDER [stubborn] [parent] [brief]`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

name, folder, *manners = sys.argv[1:]
if "stubborn" in manners:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "parent" in manners:
    subprocess.Popen([sys.executable, __file__, f"{name}-child", folder, "stubborn"])
print(f"{name} speaks", flush=True)
Path(folder, f"{name}.new").write_text(str(os.getpid()))
Path(folder, f"{name}.new").rename(Path(folder, f"{name}.pid"))
time.sleep(0.2 if "brief" in manners else 600)
sys.exit(3)
