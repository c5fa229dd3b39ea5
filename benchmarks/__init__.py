"""Speed and memory of the server as an editor feels them."""
