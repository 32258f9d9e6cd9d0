// Tests of QACLogs (skeleton).
