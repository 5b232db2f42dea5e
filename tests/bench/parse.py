#!/usr/bin/python3
"""What CPython's own parse of the plugin's answer costs a host, as sdk_client.js does it for V8's.

    tests/bench/parse.py WORK N URL"""

import json
import sys
import time
import urllib.request

IDS = [f"0198f2c4-7b1e-7c3a-9d52-{i:012d}" for i in range(100)]
REQUESTS = {
    "query": ("GET", "/cases/queries/cases/v1?limit=100", None),
    "ids10k": ("GET", "/cases/queries/cases/v1?limit=10000", None),
    "cases": ("POST", "/cases/entities/cases/v2", json.dumps({"ids": IDS}).encode()),
    "patch": ("PATCH", "/cases/entities/cases/v2", b"{}"),
}


def main():
    work, n, url = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    method, path, body = REQUESTS[work]
    request = urllib.request.Request(url + path, body, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    for _ in range(n // 10 + 1):
        json.loads(text)
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(n):
        json.loads(text)
    print(json.dumps({"peer": "cpython", "work": work, "n": n,
                      "cpu_us": (time.process_time() - cpu) * 1e6 / n,
                      "wall_us": (time.perf_counter() - wall) * 1e6 / n, "rss_kib": 0}))


main()
