# SPDX-License-Identifier: Apache-2.0
"""Stands in for the trainer of a study: POINT.json -o FILE.onnx. It copies a network of the repository after a
few short epochs, with a checkpoint beside the file, as a trainer does that is killed and goes on. Each epoch adds
a line to "epochs" in the study's folder "start"."""
import json
import os
import pathlib
import shutil
import sys
import time

NETWORKS = pathlib.Path(__file__).resolve().parents[3] / "verif" / "networks"


def write(path, text):
    """Writes aside and renames."""
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    os.replace(part, path)


def main():
    point = json.loads(pathlib.Path(sys.argv[1]).read_text())
    target = pathlib.Path(sys.argv[3])
    gates = point["gates"]
    if gates["kind"] == "planes":
        print("planes of what?", file=sys.stderr)
        print("no such gates in this trainer", file=sys.stderr)
        sys.exit(2)
    checkpoint = target.with_name("checkpoint")
    first = int(checkpoint.read_text()) if checkpoint.exists() else 0
    for epoch in range(first, point["epochs"]):
        print(f"epoch {epoch + 1} of {point['epochs']}", file=sys.stderr, flush=True)
        time.sleep(0.02)
        with open(pathlib.Path(point["start"]) / "epochs", "a", encoding="utf-8") as log:
            log.write(f"{target.parent.name} {epoch}\n")
        write(checkpoint, str(epoch + 1))
    kind = "plain8" if gates["kind"] == "none" else "output" if gates["block"] == 1 else "block"
    name = kind if kind == "plain8" else kind + str(point["weights"])
    part = target.with_name("network.part")
    shutil.copyfile(NETWORKS / f"fashion_{name}.onnx", part)
    os.replace(part, target)
    data = "/usr/share/datasets/fashion-mnist/t10k-"
    own = point["data"]["kind"] == "images"
    facts = {"float_accuracy": 93.75, "accuracy": 92.5, "seconds": time.time(),
             "images": data + "images-idx3-ubyte.gz" if own else None,
             "labels": data + "labels-idx1-ubyte.gz" if own else ""}
    write(target.with_name(target.name + ".json"), json.dumps(facts))


main()
