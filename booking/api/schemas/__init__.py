"""The shapes of requests and answers; a request with an unknown field is refused."""
