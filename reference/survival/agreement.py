"""ICC(2,1) of the tables in agreement.json by pingouin:

  python reference/survival/agreement.py

Writes agreement-pingouin.json beside itself.
"""

import datetime
import json
import pathlib

import pandas as pd
import pingouin as pg

here = pathlib.Path(__file__).parent
tables = json.loads((here / "agreement.json").read_text())


def icc(rows):
    long = pd.DataFrame([(s, r, y) for s, row in enumerate(rows) for r, y in enumerate(row)], columns=["s", "r", "y"])
    found = pg.intraclass_corr(data=long, targets="s", raters="r", ratings="y")
    own = found[found["Type"].isin(["ICC2", "ICC(A,1)"])].iloc[0]
    interval = own["CI95%"] if "CI95%" in own.index else own["CI95"]
    return [float(own["ICC"]), *(float(bound) for bound in interval)]


content = {
    "script": "reference/survival/agreement.py",
    "date": datetime.date.today().isoformat(),
    "versions": {"pingouin": pg.__version__, "pandas": pd.__version__},
    "shrout": icc(tables["shrout"]),
    "volumes": icc(tables["volumes"]),
}
(here / "agreement-pingouin.json").write_text(json.dumps(content, indent=1) + "\n")
