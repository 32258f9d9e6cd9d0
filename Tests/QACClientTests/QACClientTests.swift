// Tests of QACClient (skeleton).
