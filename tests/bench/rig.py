"""What the benchmark stands on: the server and its certificates, processors, one measurement."""

import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
CPUS = sorted(os.sched_getaffinity(0))
CLIENT, SERVER = CPUS[0], CPUS[-1]


def on_cpu(cpu, command, **more):
    """Arguments of Popen."""
    modules = os.path.abspath("build/npm/node_modules")
    return dict(args=command, preexec_fn=lambda: os.sched_setaffinity(0, {cpu}), text=True,
                stdout=subprocess.PIPE, env=dict(os.environ, NODE_PATH=modules), **more)


def measure(command):
    """The figures that a client prints, and what its whole process took."""
    begun = time.monotonic()
    process = subprocess.Popen(**on_cpu(CLIENT, command))
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit("bench: failed: " + " ".join(command))
    figures = json.loads(out or "{}")
    figures["process_wall_us"] = (time.monotonic() - begun) * 1e6
    figures["process_cpu_us"] = (usage.ru_utime + usage.ru_stime) * 1e6
    return figures


def alternate(commands, rounds):
    """commands by peer; each round runs all of them."""
    rows = {peer: [] for peer in commands}
    for _ in range(rounds):
        for peer, command in commands.items():
            rows[peer].append(measure(command))
    return rows


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def make_certificates(directory):
    """A CA and a certificate of it; the CA alone, and behind all that Debian trusts. None without openssl."""
    def openssl(*args):
        subprocess.run(["openssl", *args], cwd=directory, check=True, stderr=subprocess.DEVNULL)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    try:
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2",
                "-subj", "/CN=CA of the benchmark")
    except FileNotFoundError:
        return None
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-days", "2",
            "-copy_extensions", "copy", "-out", "server.crt")
    ca = directory + "/ca.crt"
    full = None
    if os.path.exists(BUNDLE):
        full = directory + "/full.crt"
        with open(full, "wb") as file:
            for path in (BUNDLE, ca):
                with open(path, "rb") as part:
                    file.write(part.read())
    return {"certificate": directory + "/server.crt", "key": directory + "/server.key",
            "ca": ca, "full": full}


@contextlib.contextmanager
def serving(build, certificates=None):
    """The server; yields its process and its URLs: plain, and with certificates tls and closing."""
    command = [build + "/bench/server", HERE + "/case.json"]
    if certificates:
        command += [certificates["certificate"], certificates["key"]]
    server = subprocess.Popen(**on_cpu(SERVER, command, stdin=subprocess.PIPE))
    ports = server.stdout.readline().split()
    urls = {name: f"{scheme}://127.0.0.1:{port}" for (name, scheme), port in
            zip((("plain", "http"), ("tls", "https"), ("closing", "https")), ports)}
    try:
        yield server, urls
    finally:
        server.stdin.close()
        server.wait()


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    name = names[0] if names else platform.machine()
    curl = subprocess.run(["curl-config", "--version"], capture_output=True, text=True).stdout.strip()
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return f"{len(names)} x {name}, {system}, Linux {platform.release()}, {curl}"
