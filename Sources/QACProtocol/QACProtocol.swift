// The wire: JSON-RPC 2.0, one object a line. (skeleton)
