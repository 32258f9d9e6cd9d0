// Speaks the protocol over a Unix socket. (skeleton)
