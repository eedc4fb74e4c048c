#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a page as a notebook: blocks of Python and of the shell become cells that run.

    notebook.py docs/01_start/tutorial.md docs/01_start/tutorial.ipynb
"""
import json
import re
import sys

START = ["import os, sys", "os.chdir('../..')  # the folder of the repository", "sys.path.insert(0, 'verif/train')"]


def python_blocks(page):
    """The Python code of a page, block by block."""
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


def cell(kind, text):
    found = {"cell_type": kind, "metadata": {}, "source": text.strip("\n").splitlines(keepends=True)}
    if kind == "code":
        found.update(execution_count=None, outputs=[])
    return found


def cells(page):
    """Text, Python, and commands of the program that stand alone in an indented block."""
    made = []
    for part in re.split(r"(```python\n.*?```\n|(?:^    \./sluice [^\n]*\n)+)", page, flags=re.DOTALL | re.MULTILINE):
        if part.startswith("```python"):
            made.append(cell("code", part[len("```python\n"):-len("```\n")]))
        elif part.startswith("    ./sluice"):
            made.append(cell("code", "".join("!" + line.strip() + "\n" for line in part.splitlines())))
        elif part.strip():
            made.append(cell("markdown", part))
    made.insert(1, cell("code", "\n".join(START)))
    return made


def notebook(page):
    """The text of an .ipynb file."""
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    content = {"cells": cells(page), "metadata": kernel, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    with open(sys.argv[1]) as source:
        text = notebook(source.read())
    with open(sys.argv[2], "w") as target:
        target.write(text)
