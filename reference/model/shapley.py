"""Shapley values of a risk with interactions on three scales, by shap's exact explainer over a background of five rows.

Run: python reference/model/shapley.py > reference/model/shapley.json
"""

import datetime
import json

import numpy as np
import shap

# Six features; the same formula stands in stages/model/src/explanation/shapley.golden.test.ts.
BACKGROUND = np.array(
    [
        [0.2, -1.1, 0.4, 1.3, 0.0, -0.5],
        [-0.7, 0.3, 1.2, -0.4, 1.0, 0.9],
        [1.5, 0.8, -0.6, 0.1, 0.0, -1.4],
        [0.0, -0.2, 0.3, -1.9, 1.0, 0.6],
        [-1.3, 1.7, -0.8, 0.5, 1.0, 0.2],
    ]
)
SUBJECT = np.array([[1.1, -0.9, 1.6, 0.7, 1.0, -1.2]])


def risk(x):
    eta = -1 + 0.8 * x[:, 0] - 0.5 * x[:, 1] + 0.6 * x[:, 0] * x[:, 2] - 0.4 * x[:, 3] * x[:, 4] * x[:, 5]
    return 1 / (1 + np.exp(-eta))


SCALES = {
    "risk": risk,
    "logit": lambda x: np.log(risk(x) / (1 - risk(x))),
    "log-cumulative-hazard": lambda x: np.log(-np.log1p(-risk(x))),
}


def explained(function):
    found = shap.explainers.Exact(function, shap.maskers.Independent(BACKGROUND, max_samples=100))(SUBJECT)
    return {"base": float(found.base_values[0]), "values": found.values[0].tolist()}


print(
    json.dumps(
        {
            "script": "reference/model/shapley.py",
            "package": f"shap {shap.__version__}",
            "date": datetime.date.today().isoformat(),
            "background": BACKGROUND.tolist(),
            "subject": SUBJECT[0].tolist(),
            "scales": {name: explained(function) for name, function in SCALES.items()},
        },
        indent=1,
    )
)
