// Learns the classifiers of one node's children: one against the rest.
//
// The classifier of a child learns from the examples that have an item below the node (teacher
// forcing), and from those that the search would bring to the node by mistake where that is asked
// for. Positive are the examples that have an item below the child. A child without positive
// examples has only a bias, the solution without other features: it was never asked for.
//
// Features get local numbers, so that a classifier's weights lie close together.
//
// Invariant: the result depends only on the node, the examples and the settings.
// Cost: O(components of the node's examples x children x passes).
// Source: Yu et al. 2022 (arXiv:2010.05878), §3.2 (one against the rest, teacher-forced and
// matcher-aware negatives, pruning by magnitude).

import QACBinary
import QACIndex
import QACText

/// What all nodes of a tree are trained from.
struct ItemTreeTask: Sendable {
  let examples: ItemRows
  let pairs: ItemPairs
  let clusters: ItemClusters
  let settings: ItemTreeSettings
  /// The number of features; the last is the bias.
  let features: Int
}

/// Trains nodes one after the other; holds working memory of one thread.
struct ItemNodeTrainer {
  private let task: ItemTreeTask
  /// The local number of each row, and of each feature, of the node at hand; -1 for none.
  private var localRow: [Int32]
  private var localFeature: [Int32]
  private var node = NodeRecord()
  private var rowList: [UInt32] = []
  private var rows = NodeRows()
  /// The positive rows of each child, with the weights of their pairs summed up.
  private var positives: [[(row: Int32, weight: Float)]] = []
  /// The weight of each row's pairs below the node.
  private var rowWeights: [Float] = []

  /// Makes working memory.
  init(_ task: ItemTreeTask) {
    self.task = task
    localRow = [Int32](repeating: -1, count: task.examples.count)
    localFeature = [Int32](repeating: -1, count: task.features)
  }

  /// Learns the weights of the children of node `number`.
  ///
  /// - Parameters:
  ///   - number: The node.
  ///   - mistaken: Rows without an item below the node that it learns from as well; each once.
  ///   - threads: Threads on which the children are trained.
  mutating func train(_ number: Int, mistaken: [UInt32] = [], threads: Int = 1) -> NodeChunk {
    node = task.clusters.nodes[number]
    collectRows(mistaken)
    collectFeatures()
    defer { forget() }
    let solver = SquaredHinge(
      rows: rows, tolerance: task.settings.tolerance, epochs: task.settings.epochs)
    let (rowWeights, positives, settings) = (rowWeights, positives, task.settings)
    let seed = StableHash.mix(settings.seed ^ StableHash.mix(UInt64(number)))
    let models = Parallel.map(positives.count, threads: threads) { child in
      Self.weights(
        of: positives[child], rowWeights, solver, settings,
        seed: StableHash.mix(seed ^ UInt64(child)))
    }
    return chunk(of: models)
  }

  /// The weights of a child that are kept.
  private struct Model: Sendable {
    var features: [Int32] = []
    var weights: [Float] = []
  }

  private static func weights(
    of positives: [(row: Int32, weight: Float)], _ rowWeights: [Float], _ solver: SquaredHinge,
    _ settings: ItemTreeSettings, seed: UInt64
  ) -> Model {
    let cost = Float(settings.cost)
    let bias = Int32(solver.rows.features.count)
    var costs = rowWeights.map { settings.countsExamples ? cost * $0 : cost }
    if positives.isEmpty {
      var sum: Float = 0
      for cost in costs { sum += cost }
      return sum == 0 ? Model() : Model(features: [bias], weights: [-2 * sum / (1 + 2 * sum)])
    }
    var isPositive = [Bool](repeating: false, count: costs.count)
    for (row, weight) in positives {
      isPositive[Int(row)] = true
      if settings.countsExamples { costs[Int(row)] = cost * weight }
    }
    let all = solver.weights(isPositive: isPositive, costs: costs, seed: seed)
    var model = Model()
    for (feature, weight) in all.enumerated()
    where abs(weight) >= settings.threshold && weight != 0 || feature == Int(bias) {
      model.features.append(Int32(feature))
      model.weights.append(weight)
    }
    return model
  }

  private mutating func collectRows(_ mistaken: [UInt32]) {
    let children = childEnds()
    var position = Int(node.memberStart)
    for end in children {
      var own: [(row: Int32, weight: Float)] = []
      while position < end {
        let item = Int(task.clusters.members[position])
        for pair in task.pairs.offsets[item]..<task.pairs.offsets[item + 1] {
          let (row, weight) = (task.pairs.rows[pair], task.pairs.weights[pair])
          own.append((number(ofRow: row), weight))
          rowWeights[Int(localRow[Int(row)])] += weight
        }
        position += 1
      }
      positives.append(node.isLeaf ? own : Self.summed(own))
    }
    for row in mistaken {
      precondition(localRow[Int(row)] < 0, "row \(row) has an item below the node")
      rowWeights[Int(number(ofRow: row))] = 1
    }
  }

  private mutating func number(ofRow row: UInt32) -> Int32 {
    if localRow[Int(row)] < 0 {
      localRow[Int(row)] = Int32(rowList.count)
      rowList.append(row)
      rowWeights.append(0)
    }
    return localRow[Int(row)]
  }

  /// One entry per row.
  private static func summed(
    _ pairs: [(row: Int32, weight: Float)]
  ) -> [(row: Int32, weight: Float)] {
    var result: [(row: Int32, weight: Float)] = []
    for pair in pairs.sorted(by: { $0.row < $1.row }) {
      if let last = result.last, last.row == pair.row {
        result[result.count - 1].weight += pair.weight
      } else {
        result.append(pair)
      }
    }
    return result
  }

  /// For each child the place after its last member.
  private func childEnds() -> [Int] {
    let start = Int(node.memberStart)
    if node.isLeaf { return (0..<Int(node.memberCount)).map { start + $0 + 1 } }
    return (0..<Int(node.childCount)).map {
      let child = task.clusters.nodes[Int(node.firstChild) + $0]
      return Int(child.memberStart + child.memberCount)
    }
  }

  private mutating func collectFeatures() {
    let examples = task.examples
    for row in rowList {
      for i in examples.offsets[Int(row)]..<examples.offsets[Int(row) + 1] {
        let id = examples.ids[i]
        if localFeature[Int(id)] >= 0 { continue }
        localFeature[Int(id)] = 0
        rows.features.append(id)
      }
    }
    rows.features.sort()
    for (i, id) in rows.features.enumerated() { localFeature[Int(id)] = Int32(i) }
    for row in rowList {
      for i in examples.offsets[Int(row)]..<examples.offsets[Int(row) + 1] {
        rows.ids.append(localFeature[Int(examples.ids[i])])
        rows.values.append(examples.values[i])
      }
      rows.offsets.append(Int32(rows.ids.count))
    }
  }

  /// Sorts the children's weights by feature.
  private func chunk(of models: [Model]) -> NodeChunk {
    var offsets = [Int](repeating: 0, count: rows.features.count + 2)
    for model in models { for feature in model.features { offsets[Int(feature) + 1] += 1 } }
    for i in 1..<offsets.count { offsets[i] += offsets[i - 1] }
    let total = offsets[offsets.count - 1]
    var chunk = NodeChunk(
      children: [UInt32](repeating: 0, count: total), weights: [Float](repeating: 0, count: total))
    for feature in 0...rows.features.count where offsets[feature + 1] > offsets[feature] {
      chunk.features.append(
        feature < rows.features.count ? rows.features[feature] : UInt32(task.features - 1))
      chunk.offsets.append(UInt32(offsets[feature + 1]))
    }
    for (child, model) in models.enumerated() {
      for (feature, weight) in zip(model.features, model.weights) {
        let place = offsets[Int(feature)]
        chunk.children[place] = UInt32(child)
        chunk.weights[place] = weight
        offsets[Int(feature)] += 1
      }
    }
    return chunk
  }

  private mutating func forget() {
    for row in rowList { localRow[Int(row)] = -1 }
    for id in rows.features { localFeature[Int(id)] = -1 }
    rowList.removeAll(keepingCapacity: true)
    rowWeights.removeAll(keepingCapacity: true)
    positives.removeAll(keepingCapacity: true)
    rows = NodeRows()
  }
}
