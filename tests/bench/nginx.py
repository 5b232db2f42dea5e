"""nginx beside the benchmark's own server, with the same answer and the same bare client: the server is
to be faster than what it measures."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

import rig

PATH = "/cases/queries/cases/v1"
AT_ONCE, CALLS, ROUNDS = 16, 30000, 3
CONFIG = """
daemon off; master_process off; pid nginx.pid; error_log stderr error;
events {{ worker_connections 256; }}
http {{
    access_log off; keepalive_requests 100000000; tcp_nodelay on; sendfile on; default_type application/json;
    open_file_cache max=10 inactive=1h; open_file_cache_valid 1h; etag off;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp;
    scgi_temp_path tmp;
    server {{
        listen unix:{directory}/ready; listen 127.0.0.1:{port}; root {directory};
        location / {{
            add_header X-Cs-TraceId 7f6a4e0a-9a9f-4c8e-8a0d-5d1f2a3b4c5d;
            add_header X-RateLimit-Limit 6000; add_header X-RateLimit-Remaining 5999;
        }}
    }}
}}
"""


def find():
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ticks(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start(program, directory, answer):
    path = directory + PATH
    os.makedirs(os.path.dirname(path))
    with open(path, "wb") as file:
        file.write(answer)
    for at, folders, _ in os.walk(directory):
        os.chmod(at, 0o755)  # its workers may run as another user
    port = free_port()
    with open(directory + "/nginx.conf", "w") as file:
        file.write(CONFIG.format(directory=directory, port=port))
    process = subprocess.Popen(**rig.on_cpu(
        rig.SERVER, [program, "-p", directory, "-e", "stderr", "-c", directory + "/nginx.conf"]))
    url = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(url + PATH).close()
            return process, url
        except OSError:
            time.sleep(0.05)
    process.kill()
    process.wait()
    return None, None


def measure(build, process, url):
    before = ticks(process.pid)
    figures = rig.measure([build + "/bench/crowd", "bare", "flight", str(AT_ONCE), str(CALLS), url, ""])
    figures["server_us"] = (ticks(process.pid) - before) * 1e6 / (CALLS * 1.1)  # it warms up, too
    figures["a_second"] = 1e6 / figures["wall_us"]
    return figures


def compare(build, server, url):
    """Requests a second and CPU of each server for a request, medians; None where nginx is not there
    or does not answer."""
    program = find()
    if program is None:
        return None
    with urllib.request.urlopen(url + PATH + "?limit=100") as answer:
        body = answer.read()
    with tempfile.TemporaryDirectory() as directory:
        nginx, nginx_url = start(program, directory, body)
        if nginx is None:
            return None
        rows = {"ours": [], "nginx": []}
        try:
            for _ in range(ROUNDS):
                for name, process, at in (("ours", server, url), ("nginx", nginx, nginx_url)):
                    rows[name].append(measure(build, process, at))
        finally:
            nginx.terminate()
            nginx.wait()
    return {name: {"a_second": rig.median(figures, "a_second"),
                   "server_cpu_us": rig.median(figures, "server_us"),
                   "client_cpu_us": rig.median(figures, "cpu_us")}
            for name, figures in rows.items()}
