#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs the tests of the Python package in verif/train; arguments are pytest's. Exit code 77: skipped, as no Python has
# what they need.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
for python in /usr/bin/python3 python3; do
  if "$python" -c 'import numpy, onnx, pytest, torch' 2>/dev/null; then
    exec "$python" -B -m pytest -q -rs "$@" "$here"    # -B: no compiled files in the tree
  fi
done
echo "skipped: needs python3 with torch, onnx, numpy and pytest (Debian: python3-torch, python3-onnx, python3-pytest)"
exit 77
