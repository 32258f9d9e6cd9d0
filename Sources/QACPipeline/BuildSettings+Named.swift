// The hyper-parameters by name, for provenance and reports; all but the number of threads, which
// shows in no result.

public import QACTraining

extension BuildSettings {
  /// The settings that decide the result, by name.
  public var named: [String: Double] {
    [
      "branching": Double(branching),
      "clusterRounds": Double(clusterRounds),
      "epochs": Double(epochs),
      "halfLifeDays": halfLifeDays,
      "leafSize": Double(leafSize),
      "learningRate": learningRate,
      "minimumCount": Double(minimumCount),
      "minimumUsers": Double(minimumUsers),
      "pairLimit": Double(pairLimit),
      "pruning": pruning,
      "regularization": regularization,
      "samplesPerPair": Double(samplesPerPair),
      "smoothing": smoothing,
      "startScale": startScale,
      "suffixLimit": Double(suffixLimit),
      "suffixWords": Double(suffixWords),
      "trieDepth": Double(trieDepth),
      "wordLimit": Double(wordLimit),
    ]
  }
}
