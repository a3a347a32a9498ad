"""RabbitMQ with a prefix before every name: other people's queues are out of reach.

The prefix is added where a name leaves for the broker, and taken off where one comes from it.
So the app, its routes and its tasks see the names they know.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import pyamqp

LIFETIME = 3600_000
"""Milliseconds after which RabbitMQ drops a queue that nobody uses: a run may be killed."""

REMOTE_CONTROL = ("celery.pidbox", "reply.celery.pidbox")
"""Exchanges that a run leaves, and must delete."""

DEAD_LETTERS = "x-dead-letter-exchange"


class Channel(pyamqp.Channel):
    """Has the run's names on the wire and the app's names in Python."""

    @property
    def prefix(self) -> str:
        """What all names of the run begin with."""
        return str(self.connection.prefix)

    def named(self, name: str) -> str:
        """The name on the wire; the broker's own names, and none at all, stay as they are."""
        if not name or name.startswith(("amq.", self.prefix)):
            return name
        return self.prefix + name

    def known(self, name: str) -> str:
        """The name that the app knows."""
        return name.removeprefix(self.prefix)

    def queue_declare(self, queue: str = "", *args: Any, **kwargs: Any) -> Any:
        """Declare a queue, with an end; what dies there stays in the run, too."""
        arguments = {"x-expires": LIFETIME, **(kwargs.pop("arguments", None) or {})}
        if dead := arguments.get(DEAD_LETTERS):
            arguments[DEAD_LETTERS] = self.named(dead)
        found = super().queue_declare(
            self.named(queue), *args, arguments=arguments, **kwargs
        )
        return found and found._replace(queue=self.known(found.queue))

    def queue_bind(
        self,
        queue: str,
        exchange: str = "",
        routing_key: str = "",
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Bind a queue."""
        names = self.named(queue), self.named(exchange)
        return super().queue_bind(*names, routing_key, *args, **kwargs)

    def queue_unbind(
        self, queue: str, exchange: str, routing_key: str = "", *args: Any, **kwargs: Any
    ) -> Any:
        """Unbind a queue."""
        names = self.named(queue), self.named(exchange)
        return super().queue_unbind(*names, routing_key, *args, **kwargs)

    def queue_purge(self, queue: str, *args: Any, **kwargs: Any) -> Any:
        """Empty a queue."""
        return super().queue_purge(self.named(queue), *args, **kwargs)

    def queue_delete(self, queue: str = "", *args: Any, **kwargs: Any) -> Any:
        """Delete a queue."""
        return super().queue_delete(self.named(queue), *args, **kwargs)

    def exchange_declare(self, exchange: str, *args: Any, **kwargs: Any) -> Any:
        """Declare an exchange, which goes with its last queue.

        Those of remote control stay when a worker ends: kombu declares each only once.
        """
        if not exchange.endswith(REMOTE_CONTROL):
            kwargs["auto_delete"] = True
        return super().exchange_declare(self.named(exchange), *args, **kwargs)

    def exchange_delete(self, exchange: str, *args: Any, **kwargs: Any) -> Any:
        """Delete an exchange."""
        return super().exchange_delete(self.named(exchange), *args, **kwargs)

    def exchange_bind(
        self, destination: str, source: str = "", *args: Any, **kw: Any
    ) -> Any:
        """Bind an exchange to another one."""
        names = self.named(destination), self.named(source)
        return super().exchange_bind(*names, *args, **kw)

    def basic_consume(self, queue: str = "", *args: Any, **kwargs: Any) -> Any:
        """Consume from a queue."""
        return super().basic_consume(self.named(queue), *args, **kwargs)

    def basic_get(self, queue: str = "", *args: Any, **kwargs: Any) -> Any:
        """Take one message."""
        return super().basic_get(self.named(queue), *args, **kwargs)

    def basic_publish(
        self, msg: Any, exchange: str = "", routing_key: str = "", *args: Any, **kwargs: Any
    ) -> Any:
        """Publish."""
        names = self._route(exchange, routing_key)
        return super().basic_publish(msg, *names, *args, **kwargs)

    def basic_publish_confirm(
        self, msg: Any, exchange: str = "", routing_key: str = "", *args: Any, **kwargs: Any
    ) -> Any:
        """Publish, and wait until the broker has it."""
        names = self._route(exchange, routing_key)
        return super().basic_publish_confirm(msg, *names, *args, **kwargs)

    def _route(self, exchange: str, routing_key: str) -> tuple[str, str]:
        """To the default exchange the routing key is the name of a queue."""
        return self.named(exchange), routing_key if exchange else self.named(routing_key)

    def message_to_python(self, raw_message: Any) -> Any:
        """A message that says where it came from in the app's own names."""
        info = raw_message.delivery_info
        for part in {"exchange", "routing_key"} & info.keys():
            info[part] = self.known(info[part] or "")
        return super().message_to_python(raw_message)


class Connection(pyamqp.Connection):
    """Knows the prefix of its channels' names."""

    Channel = Channel

    def __init__(self, *args: Any, global_keyprefix: str = "", **kwargs: Any) -> None:
        self.prefix = global_keyprefix
        super().__init__(*args, **kwargs)


class Transport(pyamqp.Transport):
    """Kombu's own, with these connections."""

    Connection = Connection

    def may_get_more(self) -> bool:
        """RabbitMQ keeps what a worker has not taken."""
        return False
