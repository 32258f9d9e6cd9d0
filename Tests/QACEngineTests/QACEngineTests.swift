// Tests of QACEngine (skeleton).
