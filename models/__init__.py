"""Tables and named queries: the durable memory, and the only place that knows peewee."""
