// Tests of QACText (skeleton).
