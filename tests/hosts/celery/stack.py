"""All that runs together on one machine: Redis, the sandbox, workers, the webhook receiver."""

import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BUILD = (ROOT / os.environ.get("FCM_BUILD", "build/release")).resolve()


PR_SET_PDEATHSIG = 1


def _end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _config(ready, workdir):
    return (f'falcon: {{ base_url = "{ready["url"]}"; client_id = "{ready["client_id"]}"; '
            f'client_secret = "{ready["client_secret"]}"; }};\n'
            f'files: {{ read_dirs = ["{workdir}"]; write_dirs = ["{workdir}"]; }};\n')


class Stack:
    """A with statement's. Nothing of it is left behind at the end.

    config: a configuration of the plugin; None starts a sandbox with its further options.
    broker: one that is there; None starts a Redis. env: more of the environment of the workers."""

    def __init__(self, config=None, sandbox_options=(), broker=None, **env):
        self.config, self.sandbox_options = config, sandbox_options
        self.broker, self.more = broker, env
        self.processes, self.workers, self.ready = [], [], {}

    def __enter__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="soar-celery-"))
        self.workdir = self.dir / "files"
        self.workdir.mkdir()
        try:
            if self.broker is None:
                self._start_redis()
            if self.config is None:
                self._start_sandbox()
        except BaseException:
            self.__exit__()
            raise
        self.env = {**os.environ, "SOAR_BROKER": self.broker, "SOAR_CONFIG": str(self.config),
                    "PYTHONPATH": f"{HERE}:{HERE.parent / 'python'}",
                    "PYTHONDONTWRITEBYTECODE": "1", "SOARHOST_PLUGIN": os.environ.get(
                        "SOARHOST_PLUGIN", str(BUILD / "falcon_case_management.so")), **self.more}
        return self

    def __exit__(self, *_error):
        for process in self.workers:
            if process in self.processes:  # they would wait for their tasks
                self.end(process, signal.SIGKILL)
        for process in list(reversed(self.processes)):
            self.end(process, signal.SIGTERM)
        shutil.rmtree(self.dir, ignore_errors=True)

    def start(self, *command, **options):
        """A process in a group of its own, ended with the stack."""
        process = subprocess.Popen([str(part) for part in command], start_new_session=True,
                                   preexec_fn=_end_with_parent, text=True, **options)
        self.processes.append(process)
        return process

    def end(self, process, how):
        """Ends a process with all that it has forked, and waits for it."""
        if process.poll() is None:
            if how == signal.SIGKILL:
                os.killpg(process.pid, how)
            else:
                process.send_signal(how)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.stdout:
            process.stdout.close()
        self.processes.remove(process)

    def _start_redis(self):
        socket = self.dir / "redis.sock"
        redis = self.start("redis-server", "--port", 0, "--unixsocket", socket, "--save", "",
                           "--appendonly", "no", "--dir", self.dir, stdout=subprocess.PIPE)
        for line in redis.stdout:
            if "ready to accept connections" in line:
                break
        else:
            raise RuntimeError("redis-server did not start")
        self.broker = f"redis+socket://{socket}"

    def _start_sandbox(self):
        sandbox = self.start(BUILD / "falcon-sandbox", "--listen", "127.0.0.1:0", "--strict",
                             "--parent-death", *self.sandbox_options, stdout=subprocess.PIPE)
        self.ready = json.loads(sandbox.stdout.readline())
        self.config = self.dir / "falcon.conf"
        self.config.write_text(_config(self.ready, self.workdir), encoding="utf-8")

    def start_workers(self, count, concurrency=1):
        """Starts workers and waits until each takes tasks."""
        names = [f"w{len(self.workers) + i}" for i in range(count)]
        logs = [self.dir / f"{name}.log" for name in names]
        for name, log in zip(names, logs):
            with open(log, "w", encoding="utf-8") as out:
                self.workers.append(self.start(
                    sys.executable, "-m", "celery", "--app", "soar_celery", "worker",
                    "--hostname", f"{name}@soar", "--concurrency", concurrency,
                    "--loglevel", "INFO", "--without-gossip", "--without-mingle",
                    env=self.env, stdout=out, stderr=subprocess.STDOUT))
        for worker, log in zip(self.workers[-count:], logs):
            self.wait_for(log, " ready.", worker)

    def start_webhook(self, rules, port=0):
        """Starts the receiver of alerts; gives its address."""
        webhook = self.start(sys.executable, "-m", "soar_celery.webhook", "--rules", rules,
                             "--port", port, "--workdir", self.workdir,
                             env=self.env, stdout=subprocess.PIPE)
        return webhook.stdout.readline().strip()

    @staticmethod
    def wait_for(log, text, process):
        """Reads a log until the text is in it."""
        tail = subprocess.Popen(["tail", "--pid", str(process.pid), "-n", "+1", "-F", "-s", "0.05",
                                 str(log)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                text=True)
        try:
            seen = []
            for line in tail.stdout:
                seen.append(line)
                if text in line:
                    return
            raise RuntimeError("the worker ended: " + "".join(seen[-20:]))
        finally:
            tail.kill()
            tail.wait()
            tail.stdout.close()
