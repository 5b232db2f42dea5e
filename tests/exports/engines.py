"""As much of four engines as their exported apps touch, to carry out one action in each."""

import importlib
import pathlib
import sys
import types


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


def fresh(path, name):
    """Imports a module of a directory, whatever another of that name was imported before."""
    for known in [key for key in sys.modules if key.split(".")[0] in ("soar_call", "lib", name)]:
        del sys.modules[known]
    sys.path.insert(0, str(path))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(path))


def run_xsoar(home, command, args, settings):
    """What the integration gave back: (results, error)."""
    source = next(pathlib.Path(home).glob("Packs/*/Integrations/*/*.py"))
    given = []
    params = {name: value for name, value in settings.items() if "client" not in name}
    params["credentials"] = {"identifier": settings["falcon_client_id"],
                             "password": settings["falcon_client_secret"]}
    module("demistomock", command=lambda: command, args=lambda: args, params=lambda: params)
    module("CommonServerPython", CommandResults=lambda **members: members,
           return_results=given.append, return_error=lambda text: given.append(("error", text)))
    exec(compile(source.read_text(), source, "exec"), {"__name__": "__main__"})
    return given


def run_splunk(home, action, param, settings):
    class ActionResult:
        def __init__(self, param):
            self.param, self.data, self.summary, self.status = param, [], {}, None

        def add_data(self, one):
            self.data.append(one)

        def update_summary(self, summary):
            self.summary.update(summary)

        def set_status(self, status, message):
            self.status = (status, message)
            return status

    class BaseConnector:
        def get_action_identifier(self):
            return action

        def get_config(self):
            return settings

        def add_action_result(self, result):
            self.result = result
            return result

    module("phantom")
    module("phantom.app", APP_SUCCESS=True, APP_ERROR=False)
    sys.modules["phantom"].app = sys.modules["phantom.app"]
    module("phantom.action_result", ActionResult=ActionResult)
    module("phantom.base_connector", BaseConnector=BaseConnector)
    folder = next(pathlib.Path(home).iterdir())
    connector = fresh(folder, f"{folder.name}_connector").Connector()
    connector.handle_action(param)
    return connector.result


def run_stackstorm(home, action, parameters, settings):
    class Action:
        config = settings

    module("st2common")
    module("st2common.runners")
    module("st2common.runners.base_action", Action=Action)
    return fresh(pathlib.Path(home) / "actions", "run").Run().run(action, **parameters)


def run_shuffle(home, action, parameters, settings):
    class AppBase:
        def __init__(self, redis, logger, console_logger=None):
            pass

    module("shuffle_sdk", AppBase=AppBase)
    app = fresh(next(pathlib.Path(home).glob("*/1.0.0/src")), "app").App(None, None)
    return getattr(app, action)(**parameters, **settings)
