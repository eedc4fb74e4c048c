# SPDX-License-Identifier: Apache-2.0
"""python3 -m sluice_train point POINT.json -o FILE.onnx"""
import argparse
import json
import sys

import torch

from . import point


def main():
    parser = argparse.ArgumentParser(prog="python3 -m sluice_train", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("point", help="train, export and measure one network", description=point.__doc__,
                              formatter_class=argparse.RawDescriptionHelpFormatter)
    one.add_argument("point", help="JSON file")
    one.add_argument("-o", "--output", required=True, help="ONNX file to write; figures go to FILE.json")
    one.add_argument("--threads", type=int, default=0, help="of torch (its own number)")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        print(json.dumps(point.run(options.point, options.output)))
    except (ValueError, FileNotFoundError, RuntimeError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
