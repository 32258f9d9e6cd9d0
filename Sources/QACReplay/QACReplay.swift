// Replays a log through an engine. (skeleton)
