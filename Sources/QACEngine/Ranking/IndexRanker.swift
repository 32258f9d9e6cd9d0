// The ranker as an index file holds it: weights by name.
//
// Names of `RankerFeature` belong to the ranker, names of `LineModel` to the model of lines, and
// names that begin with "item." to the ranker of items (QACRetrieval). An index without any of the
// first ranks by the tree search alone. One without a least probability has no model of lines and
// shows every line.

import QACIndex

/// What an index says of ranking.
struct IndexRanker {
  /// The ranker's weights, in the order of `RankerFeature`.
  private(set) var weights = RankerFeature.indexOnly
  /// The model of lines, if the index has one.
  private(set) var lines: LineModel?

  /// Reads the weights of `index`.
  ///
  /// - Throws: `IndexError`, or `EngineError.unknownRankerFeature`.
  init(_ index: LabelIndex) throws {
    let stored = try index.rankerWeights().filter { !$0.name.hasPrefix("item.") }
    if stored.isEmpty { return }
    weights = [Double](repeating: 0, count: RankerFeature.count)
    var line = [Double](repeating: 0, count: LineFeature.valueCount)
    var least: Double?
    for (name, value) in stored {
      if let feature = RankerFeature.allCases.first(where: { $0.name == name }) {
        weights[feature.rawValue] = value
      } else if let place = LineModel.names.firstIndex(of: name) {
        line[place] = value
      } else if name == LineModel.leastName {
        least = value
      } else if !RankerFeature.retired.contains(name) {
        throw EngineError.unknownRankerFeature(name: name)
      }
    }
    if let least { lines = LineModel(weights: line, leastProbability: least) }
  }
}
