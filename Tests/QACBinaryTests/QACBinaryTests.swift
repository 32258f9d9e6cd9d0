// Tests of QACBinary (skeleton).
