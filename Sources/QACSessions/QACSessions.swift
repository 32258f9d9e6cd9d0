// The sessions' events in SQLite. (skeleton)
