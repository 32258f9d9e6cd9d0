// Tests of QACProtocol (skeleton).
