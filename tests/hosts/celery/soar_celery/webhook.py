"""The receiver of Alertmanager's webhook: a rule picks the flow, the workers carry it out."""

import argparse
import http.server
import json
import pathlib

from .alerts import take_in

MAX_BYTES = 4 * 1024 * 1024


class Receiver(http.server.BaseHTTPRequestHandler):
    """POST /alertmanager takes a notification (version 4) and answers when it lies with Redis."""

    protocol_version = "HTTP/1.1"
    rules, workdir = [], ""

    def do_POST(self):  # pylint: disable=invalid-name
        """Any other than a notification is refused, so that Alertmanager says so."""
        size = int(self.headers.get("Content-Length") or 0)
        if self.path != "/alertmanager" or not 0 < size <= MAX_BYTES:
            self.answer(404 if self.path != "/alertmanager" else 413, "POST it to /alertmanager")
            return
        try:
            group = json.loads(self.rfile.read(size))
            group = {key: group[key] for key in ("groupKey", "status", "alerts", "groupLabels",
                                                 "commonLabels", "commonAnnotations")}
        except (ValueError, KeyError, TypeError) as problem:
            self.answer(400, f"no notification of Alertmanager: {problem!r}")
            return
        take_in(group, self.rules, self.workdir)
        self.answer(200, "taken")

    def answer(self, status, text):
        """A line of text."""
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):  # pylint: disable=arguments-differ
        """Nothing is said of requests that went well."""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--port", type=int, default=9095)
    parser.add_argument("--workdir", required=True, help="where flows may write files")
    given = parser.parse_args()
    rules = pathlib.Path(given.rules).resolve()
    Receiver.rules = json.loads(rules.read_text(encoding="utf-8"))
    for rule in Receiver.rules:
        flow = (rules.parent / rule["flow"]).resolve()
        rule["flow"] = json.loads(flow.read_text(encoding="utf-8"))
    Receiver.workdir = given.workdir
    server = http.server.ThreadingHTTPServer(("127.0.0.1", given.port), Receiver)
    print(f"http://127.0.0.1:{server.server_port}/alertmanager", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
