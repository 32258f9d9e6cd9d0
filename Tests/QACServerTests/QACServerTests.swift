// Tests of QACServer (skeleton).
