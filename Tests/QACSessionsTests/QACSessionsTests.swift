// Tests of QACSessions (skeleton).
