// Learns the index from observations. (skeleton)
