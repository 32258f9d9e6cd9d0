// Learns the sparse linear classifiers of one node's children: the masked hierarchical softmax.
//
//     P(c | node, x, R) = m_R(c) exp(w_c . x) / sum over siblings c' of m_R(c') exp(w_c' . x)
//
// R is the set of labels that match the example's prefix, and m_R(c) their weight below c without
// the example's own occurrence (leave-one-out): the popularity of a label must not come from the
// very event that it has to predict. Only pairs of child and feature that were seen together have a
// weight.
//
// The weights start at w_cf = s ln(1 + n_fc / (a pi_c)), where n_fc is how often child c followed
// feature f, and pi_c is the child's share of the node's weight. This is the log-odds s ln((n_fc +
// a pi_c) / ((n_fp + a) pi_c)) less its value for a child that was never seen with f, s ln(a /
// (n_fp + a)). That value is constant for each feature, so a softmax does not see it, and it makes
// the weight of every unseen pair exactly 0. Then AdaGrad minimises the negative log-likelihood,
// with a pull towards the start.
//
// The descent is in NodeTrainer+Descent.swift.
//
// Invariant: the result depends only on the node, the examples and the settings.
// Cost: O(epochs x examples below the node x entries of their features).
// Source: design.md, "The index"; Morin and Bengio, AISTATS 2005 (hierarchical softmax); Duchi et
// al., JMLR 2011, §1.2 (AdaGrad, diagonal). The mask and the popularity offset are ours.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Trains the classifiers of one node.
struct NodeTrainer {
  let view: IndexView
  let node: NodeRecord
  let ranges: PrefixRanges
  let settings: BuildSettings
  /// The index of each context's first entry in `contextRows` and `contextValues`, and their
  /// number. The entries are rows of `model.features` with their values.
  var contextOffsets: [Int] = [0]
  var contextRows: [Int32] = []
  var contextValues: [Float] = []
  private(set) var examples: [NodeExample] = []
  var model = NodeModel()
  var start: [Float] = []
  var squares: [Float] = []

  /// Collects the node's examples and gives every weight its log-odds start.
  init(
    view: IndexView, node: NodeRecord, set: LabelledSet, contextVectors: [SparseVector],
    ranges: PrefixRanges, settings: BuildSettings
  ) {
    self.view = view
    self.node = node
    self.ranges = ranges
    self.settings = settings
    if node.arity < 2 { return }
    let used = collect(set, contextVectors)
    makeEntries(used, contextVectors)
  }

  /// Fills `examples`; returns the contexts in the order of their numbers in the node.
  private mutating func collect(_ set: LabelledSet, _ vectors: [SparseVector]) -> [UInt32] {
    let children = childOfPosition()
    var number: [UInt32: Int32] = [:]
    var used: [UInt32] = []
    for position in 0..<Int(node.memberCount) {
      let label = view.member(position, of: node)
      for e in set.exampleOffsets[Int(label)]..<set.exampleOffsets[Int(label) + 1] {
        let context = set.exampleContexts[e]
        if vectors[Int(context)].count == 0 { continue }
        let local: Int32
        if let known = number[context] {
          local = known
        } else {
          local = Int32(used.count)
          number[context] = local
          used.append(context)
        }
        examples.append(
          NodeExample(
            context: local, label: label, child: children[position],
            count: set.exampleCounts[e]))
      }
    }
    return used
  }

  /// The child of each member.
  private func childOfPosition() -> [UInt32] {
    let count = Int(node.memberCount)
    if node.isLeaf { return (0..<count).map { UInt32($0) } }
    var byLabel = [UInt32](repeating: 0, count: Int(node.labelHigh - node.labelLow))
    for c in 0..<Int(node.childCount) {
      let child = view.nodes[Int(node.firstChild) + c]
      for position in 0..<Int(child.memberCount) {
        byLabel[Int(view.member(position, of: child) - node.labelLow)] =
          UInt32(c) + node.hasTerminal
      }
    }
    return (0..<count).map { byLabel[Int(view.member($0, of: node) - node.labelLow)] }
  }

  private mutating func makeEntries(_ used: [UInt32], _ vectors: [SparseVector]) {
    var pairs: [(key: UInt64, count: UInt32)] = []
    for example in examples {
      for feature in vectors[Int(used[Int(example.context)])].ids {
        pairs.append((UInt64(feature) << 32 | UInt64(example.child), example.count))
      }
    }
    pairs.sort { $0.key < $1.key }
    let mass = Double(view.mass(of: node, at: 0..<Int(node.memberCount)))
    var i = 0
    while i < pairs.count {
      let key = pairs[i].key
      var together = 0.0
      while i < pairs.count, pairs[i].key == key {
        together += Double(pairs[i].count)
        i += 1
      }
      let feature = UInt32(key >> 32)
      let child = UInt32(key & 0xFFFF_FFFF)
      if model.features.last != feature {
        model.features.append(feature)
        model.offsets.append(UInt32(model.children.count))
      }
      let share = childMass(child) / mass
      model.children.append(child)
      model.weights.append(
        Float(settings.startScale * log(1 + together / (settings.smoothing * share))))
      model.offsets[model.offsets.count - 1] = UInt32(model.children.count)
    }
    start = model.weights
    squares = [Float](repeating: 0, count: model.weights.count)
    var row: [UInt32: Int32] = [:]
    for (i, feature) in model.features.enumerated() { row[feature] = Int32(i) }
    for context in used {
      let vector = vectors[Int(context)]
      for k in 0..<vector.count {
        if let r = row[vector.ids[k]] {
          contextRows.append(r)
          contextValues.append(vector.values[k])
        }
      }
      contextOffsets.append(contextRows.count)
    }
  }

  /// The weight of all labels below `child`.
  private func childMass(_ child: UInt32) -> Double {
    if node.isLeaf { return Double(view.weight(of: view.member(Int(child), of: node))) }
    if child < node.hasTerminal { return Double(view.weight(of: node.labelLow)) }
    let record = view.nodes[Int(node.firstChild + child - node.hasTerminal)]
    return Double(view.mass(of: record, at: 0..<Int(record.memberCount)))
  }

  /// The weight of the labels below `child` that lie in `range`.
  func childMass(_ child: UInt32, in range: Range<UInt32>) -> Double {
    if node.isLeaf {
      let label = view.member(Int(child), of: node)
      return range.contains(label) ? Double(view.weight(of: label)) : 0
    }
    if child < node.hasTerminal {
      return range.contains(node.labelLow) ? Double(view.weight(of: node.labelLow)) : 0
    }
    let record = view.nodes[Int(node.firstChild + child - node.hasTerminal)]
    return Double(view.mass(of: record, at: view.members(of: record, in: range)))
  }
}
