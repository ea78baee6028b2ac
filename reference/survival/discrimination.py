"""Time-dependent AUC of scikit-survival for libs/survival.

Usage, beside ../shared: python reference/survival/discrimination.py > reference/survival/discrimination-sksurv.json
whas500 with times spread apart as in discrimination.R (untied), first = age + 10 chf + 5 sho.
"""
import csv, datetime, json
import numpy as np
import sksurv
from sksurv.metrics import cumulative_dynamic_auc, concordance_index_ipcw

rows = list(csv.DictReader(open("../shared/data/survival/whas500.csv")))
column = lambda name: np.array([float(row[name]) for row in rows])
days = column("lenfol") + np.arange(1, len(rows) + 1) / 1000
first = column("age") + 10 * column("chf") + 5 * column("sho")
y = np.array(list(zip(column("fstat") == 1, days)), dtype=[("e", bool), ("t", float)])
times = [200.0, 500.0, 1000.0, 1500.0, 2000.0]
areas, mean = cumulative_dynamic_auc(y, y, first, times)
json.dump({
    "script": "reference/survival/discrimination.py", "date": str(datetime.date.today()),
    "versions": {"scikit-survival": sksurv.__version__},
    "times": times, "areas": list(areas), "mean": float(mean),
    "unoTau1000": float(concordance_index_ipcw(y, y, first, 1000.0)[0]),
}, __import__("sys").stdout, indent=1)
print()
