"""Events and calls over RabbitMQ: topology, outbox and relay, consumer and inbox, RPC server and client."""
