// Tests of QACTraining (skeleton).
