// The daemon's server. (skeleton)
