// From a log to a fitted, judged, published index. (skeleton)
