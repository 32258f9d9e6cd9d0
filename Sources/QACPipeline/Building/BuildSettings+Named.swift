// The hyper-parameters by name, for provenance and reports; all but the number of threads, which
// shows in no result.
//
// `minimumUsers` is the people that an ending needs: files that have been written say so. Those that a
// label needs are `minimumLabelUsers`, which is there only where it holds anything back.

public import QACTraining

extension BuildSettings {
  /// The settings that decide the result, by name.
  public var named: [String: Double] {
    var named = always
    if minimumUsers > 1 { named["minimumLabelUsers"] = Double(minimumUsers) }
    return named
  }

  private var always: [String: Double] {
    [
      "branching": Double(branching),
      "clusterRounds": Double(clusterRounds),
      "epochs": Double(epochs),
      "halfLifeDays": halfLifeDays,
      "leafSize": Double(leafSize),
      "learningRate": learningRate,
      "minimumCount": Double(minimumCount),
      "minimumUsers": Double(minimumEndingUsers),
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
