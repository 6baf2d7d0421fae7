"""How the engine reduces a plane to what a screen can show."""
