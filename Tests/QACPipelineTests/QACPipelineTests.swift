// Tests of QACPipeline (skeleton).
