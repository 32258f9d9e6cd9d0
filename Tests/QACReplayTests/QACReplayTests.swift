// Tests of QACReplay (skeleton).
