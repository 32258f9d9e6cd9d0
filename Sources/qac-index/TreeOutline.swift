// The tree of an index from one node on, as text or as JSON: what lies side by side, and why.
//
//     inner 0, level 0: 4000 items
//       leaf 3, level 1: 63 items; boots (0.81), hiki (0.52)
//         e.g. Norvik Vesper Hiking Boots; ...
//
// Source: an issue of PECOS asks for it (amzn/pecos#125).

import ArgumentParser
import Foundation
import QACBinary
import QACIndex

/// Which tree is shown.
enum TreeKind: String, ExpressibleByArgument, CaseIterable, Encodable {
  case labels, items
}

/// A part of a tree.
struct TreeOutline: Encodable {
  /// A term that speaks for a node.
  struct Term: Encodable {
    /// Its text, with its kind where that is no word.
    var text: String
    /// Its weight in the node's classifier.
    var weight: Float
  }

  /// A node.
  struct Node: Encodable {
    /// Its number.
    var node: Int
    /// Its level; that of the root is 0.
    var level: Int
    /// `leaf`, `trie` or `inner`.
    var kind: String
    /// The number of labels or items below it.
    var size: Int
    /// The number of nodes directly below it.
    var children: Int
    /// The terms with the greatest weights, the greatest first; weights below 0 are not shown.
    var terms: [Term] = []
    /// Titles of items, or texts of labels: the most used ones.
    var sample: [String] = []
    /// The nodes below it, as far as they are shown.
    var nodes: [Node] = []
  }

  /// Which tree it is.
  let tree: TreeKind
  /// The number of nodes of the whole tree.
  let nodes: Int
  /// The number of its leaves.
  let leaves: Int
  /// The number of its levels.
  let levels: Int
  /// The node from which on it is shown.
  let root: Node

  /// Shows `depth` levels below `node`.
  ///
  /// - Throws: `InspectError` if there is no such tree or node.
  init(_ index: LabelIndex, _ tree: TreeKind, node: Int, depth: Int, sample: Int) throws {
    let source: any TreeSource
    switch tree {
    case .labels: source = LabelTree(view: index.view)
    case .items:
      guard let items = index.view.items else { throw InspectError.noItems }
      source = ItemTree(items: items, view: index.view)
    }
    if node >= source.nodes.count { throw InspectError.noSuchNode(count: source.nodes.count) }
    var parents = [Int](repeating: -1, count: source.nodes.count)
    var levels = [Int](repeating: 0, count: source.nodes.count)
    for (i, record) in source.nodes.enumerated() {
      for child in 0..<Int(record.childCount) {
        parents[Int(record.firstChild) + child] = i
        levels[Int(record.firstChild) + child] = levels[i] + 1
      }
    }
    let names = sample > 0 ? source.termNames() : [:]
    func describe(_ id: Int, depth: Int) -> Node {
      let record = source.nodes[id]
      var result = Node(
        node: id, level: levels[id], kind: source.kind(of: record), size: Int(record.memberCount),
        children: Int(record.childCount))
      if parents[id] >= 0 {
        let parent = source.nodes[parents[id]]
        let child = id - Int(parent.firstChild) + Int(parent.hasTerminal)
        result.terms = source.weights(of: child, in: parent).filter { $0.weight > 0 }
          .sorted { ($0.weight, $1.feature) > ($1.weight, $0.feature) }.prefix(sample)
          .map { Term(text: names[$0.feature] ?? "(unnamed)", weight: $0.weight) }
      }
      result.sample = source.sample(of: record, sample)
      if depth > 0 {
        result.nodes = (0..<Int(record.childCount)).map {
          describe(Int(record.firstChild) + $0, depth: depth - 1)
        }
      }
      return result
    }
    self.tree = tree
    nodes = source.nodes.count
    leaves = source.nodes.count(where: \.isLeaf)
    self.levels = (levels.max() ?? 0) + 1
    root = describe(node, depth: depth)
  }

  /// The outline as one JSON object.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The outline for a terminal.
  var text: String {
    var lines = ["\(tree.rawValue): \(nodes) nodes, \(leaves) leaves, \(levels) levels"]
    func add(_ node: Node, _ indent: String) {
      let terms = node.terms.map { $0.text + String(format: " (%.2f)", $0.weight) }
      lines.append(
        "\(indent)\(node.kind) \(node.node), level \(node.level): \(node.size) \(tree.rawValue)"
          + (terms.isEmpty ? "" : "; " + terms.joined(separator: ", ")))
      if !node.sample.isEmpty {
        lines.append("\(indent)  e.g. " + node.sample.joined(separator: "; "))
      }
      for child in node.nodes { add(child, indent + "  ") }
    }
    add(root, "")
    return lines.joined(separator: "\n")
  }
}
