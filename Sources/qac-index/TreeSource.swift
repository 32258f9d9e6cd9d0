// The two trees of an index, as `TreeOutline` shows them.
//
// An index stores terms only as hashes, so they are named by the texts that it has: titles of items
// and texts of labels. A term that only further texts or past queries have stays unnamed.

import QACBinary
import QACIndex
import QACText

/// A tree that can be shown.
protocol TreeSource {
  /// The nodes; node 0 is the root.
  var nodes: UnsafeBufferPointer<NodeRecord> { get }
  /// What a node is called.
  func kind(of node: NodeRecord) -> String
  /// The weights of child `child` of `node`.
  func weights(of child: Int, in node: NodeRecord) -> [(feature: UInt32, weight: Float)]
  /// The texts of the features.
  func termNames() -> [UInt32: String]
  /// Texts of what is below a node, the most used first.
  func sample(of node: NodeRecord, _ count: Int) -> [String]
}

/// The tree of the items.
struct ItemTree: TreeSource {
  let items: ItemsView
  let view: IndexView

  var nodes: UnsafeBufferPointer<NodeRecord> { items.tree.nodes }

  func kind(of node: NodeRecord) -> String { node.isLeaf ? "leaf" : "inner" }

  func weights(of child: Int, in node: NodeRecord) -> [(feature: UInt32, weight: Float)] {
    var result: [(feature: UInt32, weight: Float)] = []
    items.tree.chunk(of: node).forEachEntry(features: items.tree.features) {
      feature, other, weight in
      // The bias speaks for every query.
      if other == child, feature != items.tree.bias { result.append((feature, weight)) }
    }
    return result
  }

  func termNames() -> [UInt32: String] {
    var names: [UInt32: String] = [:]
    let normalizer = Normalizer(.search)
    func add(_ text: UnsafeBufferPointer<UInt8>) {
      let form = normalizer.normalize(Array(text))
      form.withUnsafeBufferPointer { form in
        ItemTerms.forEachNamed(of: form) { kind, key, name, _ in
          guard let id = items.terms.id(of: key), names[id] == nil,
            items.termKinds[Int(id)] == kind.rawValue
          else { return }
          let text = String(decoding: name, as: UTF8.self)
          names[id] = kind == .word ? text : "\(kind.name) \(text)"
        }
      }
    }
    for item in 0..<UInt32(items.count) { add(items.title(of: item)) }
    for label in 0..<UInt32(view.labelCount) { add(view.text(of: label)) }
    return names
  }

  func sample(of node: NodeRecord, _ count: Int) -> [String] {
    let start = Int(node.memberStart)
    let members = (start..<start + Int(node.memberCount)).map { items.tree.members[$0] }
    return members.sorted {
      (items.useCount(of: $0), items.weights[Int($0)], $1)
        > (items.useCount(of: $1), items.weights[Int($1)], $0)
    }.prefix(count).map { String(decoding: items.title(of: $0), as: UTF8.self) }
  }
}

/// The tree of the labels.
struct LabelTree: TreeSource {
  let view: IndexView

  var nodes: UnsafeBufferPointer<NodeRecord> { view.nodes }

  func kind(of node: NodeRecord) -> String {
    node.isLeaf ? "leaf" : view.isTrie(node) ? "trie" : "inner"
  }

  func weights(of child: Int, in node: NodeRecord) -> [(feature: UInt32, weight: Float)] {
    var result: [(feature: UInt32, weight: Float)] = []
    view.chunk(of: node).forEachEntry(features: view.features.count) { feature, other, weight in
      if other == child { result.append((feature, weight)) }
    }
    return result
  }

  func termNames() -> [UInt32: String] { view.featureNames() }

  func sample(of node: NodeRecord, _ count: Int) -> [String] {
    let members: [UInt32] =
      node.memberStart == IndexFormat.contiguous
      ? Array(node.labelLow..<node.labelHigh)
      : (0..<Int(node.memberCount)).map { view.members[Int(node.memberStart) + $0] }
    return members.sorted { (view.weight(of: $0), $1) > (view.weight(of: $1), $0) }
      .prefix(count).map { String(decoding: view.surface(of: $0), as: UTF8.self) }
  }
}

extension IndexView {
  /// Names of the context features that are labels or words of labels; other features stay unnamed.
  func featureNames() -> [UInt32: String] {
    var names: [UInt32: String] = [:]
    for label in 0..<UInt32(labelCount) {
      let text = text(of: label)
      if let id = features.id(of: FeatureKey.query(text)) {
        names[id] = "query: \(String(decoding: text, as: UTF8.self))"
      }
      Tokenizer.forEachWord(text) { range in
        let word = UnsafeBufferPointer(rebasing: text[range])
        if let id = features.id(of: FeatureKey.word(word)) {
          names[id] = "word: \(String(decoding: word, as: UTF8.self))"
        }
      }
    }
    return names
  }
}
