"""The engine: an IPython kernel with torch that runs statements and answers asks. No Qt."""
