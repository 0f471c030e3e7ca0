"""Prints 1 for each line of JSON text that is an expression to RE2 in C++, and 0 for others."""

import json
import sys

import re2

options = re2.Options()
options.log_errors = False
for line in sys.stdin:
    try:
        re2.compile(json.loads(line), options)
        print(1)
    except re2.error:
        print(0)
