"""The middleware between the network and the routes."""
