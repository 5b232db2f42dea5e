"""The plugin, in the process that makes the call: loaded by its first one."""

import pathlib

from falcon_case_management import Client, SoarError

from . import settings


def client():
    """The client of this process."""
    if client.made is None:
        client.made = Client(pathlib.Path(settings.CONFIG).read_text(encoding="utf-8"))
    return client.made


client.made = None


def invoke(name, given):
    """The result document of a call, whatever became of it."""
    try:
        return client().invoke(name, given).document
    except SoarError as error:
        return error.document
