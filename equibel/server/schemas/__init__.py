"""What requests and answers look like: the models behind the OpenAPI document."""
