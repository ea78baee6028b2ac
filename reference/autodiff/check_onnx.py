"""ONNX's own judgement of the models we export.

Usage: python reference/autodiff/check_onnx.py FOLDER
FOLDER is what `npx tsx reference/autodiff/export-models.ts FOLDER` wrote.
Runs the checker with shape inference, and ONNX's reference evaluator (plain numpy)
on the inputs our runtime ran on; writes onnx-check.json beside this script.
Needs: pip install onnx numpy.
"""

import datetime
import hashlib
import json
import pathlib
import platform
import sys

import numpy
import onnx
from onnx.reference import ReferenceEvaluator


def array(record):
    return numpy.array(record["values"], dtype=numpy.float32).reshape(record["shape"])


def check(folder, name):
    path = folder / f"{name}.onnx"
    data = path.read_bytes()
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    if any(node.domain not in ("", "ai.onnx") for node in model.graph.node):
        raise SystemExit(f"{name}: an operator beyond the standard domain")
    keys = [entry.key for entry in model.metadata_props]
    if "card.name" not in keys or not model.doc_string:
        raise SystemExit(f"{name}: no card")
    for value in [*model.graph.input, *model.graph.output]:
        if "unit" not in value.doc_string:
            raise SystemExit(f"{name}: {value.name} says no unit")
    evaluator = ReferenceEvaluator(model)
    outputs = [output.name for output in model.graph.output]
    difference = largest = 0.0
    for run in json.loads((folder / f"{name}.json").read_text()):
        found = evaluator.run(outputs, {key: array(value) for key, value in run["inputs"].items()})
        for key, value in zip(outputs, found, strict=True):
            ours = array(run["outputs"][key])
            if ours.shape != value.shape:
                raise SystemExit(f"{name}: {key} has shape {ours.shape}, the reference {value.shape}")
            difference = max(difference, float(numpy.abs(ours - value).max()))
            largest = max(largest, float(numpy.abs(value).max()))
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "opset": model.opset_import[0].version,
        "irVersion": model.ir_version,
        "nodes": len(model.graph.node),
        "operators": sorted({node.op_type for node in model.graph.node}),
        "valuesWithInferredShape": len(inferred.graph.value_info),
        "batches": [1, 3, 7],
        "largest": largest,
        "difference": difference,
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    record = {
        "script": "reference/autodiff/check_onnx.py",
        "date": datetime.date.today().isoformat(),
        "versions": {
            "python": platform.python_version(),
            "onnx": onnx.__version__,
            "numpy": numpy.__version__,
        },
        "models": {name: check(folder, name) for name in ["cnn", "uNet", "transformer"]},
    }
    path = pathlib.Path(__file__).with_name("onnx-check.json")
    path.write_text(json.dumps(record, indent=2) + "\n")
    for name, found in record["models"].items():
        print(f"{name}: accepted, largest difference {found['difference']:.2g}")


main()
