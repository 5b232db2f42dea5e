"""Action plugins on Celery: a task for each action, response flows as canvases, alerts to cases."""

from .alerts import take_in
from .app import ActionFailed, action, app
from .cases import case_of_alert, send_alert
from .flow import canvas

__all__ = ["ActionFailed", "action", "app", "canvas", "case_of_alert", "send_alert",
           "take_in"]
