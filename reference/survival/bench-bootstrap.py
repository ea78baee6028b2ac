"""A thousand bootstraps of Uno's C in scikit-survival, on the table of scripts/bench-resampling.ts --csv FILE.

Usage: python reference/survival/bench-bootstrap.py FILE [resamples]
"""
import sys, time
import numpy as np
import pandas as pd
import sksurv
from sksurv.metrics import concordance_index_ipcw

table = pd.read_csv(sys.argv[1]); resamples = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
y = np.array(list(zip(table.event == 1, table.days)), dtype=[("e", bool), ("t", float)])
risk = table.risk.to_numpy()
print("scikit-survival", sksurv.__version__, "Uno's C", concordance_index_ipcw(y, y, risk, 730)[0])
rng = np.random.default_rng(1); values = []; start = time.process_time()
for _ in range(resamples):
    rows = rng.integers(0, len(y), len(y))
    values.append(concordance_index_ipcw(y[rows], y[rows], risk[rows], 730)[0])
print(f"{resamples} bootstraps: {time.process_time() - start:.2f} s of processor, {np.quantile(values, 0.025):.4f} to {np.quantile(values, 0.975):.4f}")
