// Tests of QACIndex (skeleton).
