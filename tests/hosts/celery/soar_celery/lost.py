"""What dead workers had in hand goes to living ones soon.

kombu looks for such messages too, but at every hundredth second only, whatever the time that
they may be in hand."""

from celery import bootsteps

from . import outbox, settings


class GiveOn(bootsteps.StartStopStep):
    """Looks for messages that were in hand for too long, and for tasks that were lost."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def start(self, parent):
        """Called by the worker when it takes tasks."""
        from .app import redis  # pylint: disable=import-outside-toplevel,cyclic-import
        qos = parent.task_consumer.channel.qos
        limit = parent.task_consumer.channel.unacked_restore_limit

        def look():
            qos.restore_visible(num=limit, interval=1)
            outbox.sweep(redis(), parent.app)

        self.entry = parent.timer.call_repeatedly(max(1, settings.LOST_SECONDS / 10), look)

    def stop(self, parent):
        """Called when it takes no more, or has lost the broker."""
        self.entry.cancel()
