"""Schemas of requests and answers: the models of the OpenAPI document."""
