// Describes an index in words and tables.

import Foundation
import QACBinary
import QACIndex
import QACText

/// Describes a verified index.
struct IndexInspector {
  let index: LabelIndex
  private var view: IndexView { index.view }

  init(index: LabelIndex) {
    self.index = index
  }

  /// Header, provenance, sections, tree and ranker.
  func summary() throws -> String {
    let leaves = view.nodes.filter(\.isLeaf)
    let tries = view.nodes.filter(view.isTrie)
    let sizes = leaves.map(\.memberCount)
    var weights = 0
    for node in view.nodes {
      view.chunk(of: node).forEachEntry(features: view.features.count) { _, _, _ in weights += 1 }
    }
    var lines = [
      "\(index.path): \(index.byteCount) bytes, format \(IndexFormat.version), profile "
        + "\(index.profile.name), identity \(index.identity)",
      "labels: \(view.labelCount), total weight \(view.weightSums[view.labelCount]), "
        + (view.weightPerUse > 1 ? "weight per use \(view.weightPerUse), " : "")
        + "\(index.byteCount / view.labelCount) bytes per label",
      "features: \(view.features.count), classifier weights: \(weights), "
        + "followers: \(view.followerLabels.count)",
      "tree: \(view.nodes.count) nodes (\(tries.count) trie, "
        + "\(view.nodes.count - tries.count - leaves.count) cluster, \(leaves.count) leaves of "
        + "\(sizes.min() ?? 0) to \(sizes.max() ?? 0) labels)",
      items,
      "provenance: \(index.provenance)",
      "",
      "section              bytes  per label",
    ]
    for kind in IndexSection.allCases where index.sections[kind] != nil {
      let bytes = index.section(kind).count
      lines.append(
        "\(kind)".padding(toLength: 16, withPad: " ", startingAt: 0)
          + String(format: "%10d %10.1f", bytes, Double(bytes) / Double(view.labelCount)))
    }
    lines += ["", "ranker weight"]
    for (name, value) in try index.rankerWeights() {
      lines.append(
        name.padding(toLength: 24, withPad: " ", startingAt: 0) + String(format: "%9.4f", value))
    }
    return lines.joined(separator: "\n")
  }

  /// What there is for retrieval.
  private var items: String {
    guard let items = view.items else { return "items: none" }
    let leaves = items.tree.nodes.count(where: \.isLeaf)
    return "items: \(items.count), terms: \(items.terms.count), past queries: \(items.pastCount), "
      + "tree: \(items.tree.nodes.count) nodes (\(leaves) leaves)"
  }

  /// The labels that match `prefix`, and the nodes of the tree that hold them.
  func subtree(under prefix: String) -> String {
    let text = Normalizer(index.profile).normalize(prefix, as: .prefix)
    let range = text.withUnsafeBufferPointer { view.range(ofPrefix: $0) }
    var lines = [
      "\(range.count) labels match, ids \(range.lowerBound) to \(range.upperBound) (exclusive), "
        + "weight \(view.mass(of: range))"
    ]
    let popular = range.sorted {
      (view.weight(of: $0), $1) > (view.weight(of: $1), $0)
    }
    for label in popular.prefix(10) {
      lines.append("  \(view.weight(of: label))\t\(surface(label))")
    }
    lines += ["", "nodes (matching labels / labels, weight of the matching):"]
    describe(0, range, depth: 0, &lines)
    return lines.joined(separator: "\n")
  }

  private func describe(_ id: Int, _ range: Range<UInt32>, depth: Int, _ lines: inout [String]) {
    let node = view.nodes[id]
    let positions = view.members(of: node, in: range)
    if positions.isEmpty { return }
    let kind = node.isLeaf ? "leaf" : view.isTrie(node) ? "trie" : "cluster"
    lines.append(
      String(repeating: "  ", count: depth)
        + "\(kind) \(id): \(positions.count) / \(node.memberCount), "
        + "weight \(view.mass(of: node, at: positions))")
    for c in 0..<Int(node.childCount) {
      describe(Int(node.firstChild) + c, range, depth: depth + 1, &lines)
    }
  }

  /// The label called `text`: its figures and the classifiers on its path; nil where there is no
  /// such label.
  func classifiers(of text: String) -> String? {
    let normalized = Normalizer(index.profile).normalize(text)
    guard let label = normalized.withUnsafeBufferPointer({ view.label(of: $0) }) else {
      return nil
    }
    var lines = ["label \(label): \(surface(label)), weight \(view.weight(of: label))"]
    let followers = view.followers(of: label, in: 0..<UInt32(view.labelCount)).sorted {
      (view.followerCount($0), $1) > (view.followerCount($1), $0)
    }
    lines.append("\(followers.count) followers:")
    for i in followers.prefix(10) {
      lines.append("  \(Int(view.followerCount(i)))\t\(surface(view.followerLabels[i]))")
    }
    let names = view.featureNames()
    var id = 0
    while true {
      let node = view.nodes[id]
      guard let (child, next) = step(node, to: label) else { break }
      lines.append(
        "\(node.isLeaf ? "leaf" : "node") \(id), \(node.memberCount) labels: child \(child) of "
          + "\(node.arity), greatest weights:")
      for (feature, weight) in weights(of: child, in: node).prefix(8) {
        lines.append(String(format: "  %8.3f  ", weight) + (names[feature] ?? "(unknown)"))
      }
      guard let next else { break }
      id = next
    }
    return lines.joined(separator: "\n")
  }

  /// The number of the child of `node` that leads to `label`, and the child's node where it is a
  /// node.
  private func step(_ node: NodeRecord, to label: UInt32) -> (child: Int, next: Int?)? {
    if node.isLeaf {
      let position = view.members(of: node, in: label..<label + 1).lowerBound
      return (position, nil)
    }
    if node.hasTerminal == 1, node.labelLow == label { return (0, nil) }
    for c in 0..<Int(node.childCount) {
      let next = Int(node.firstChild) + c
      if !view.members(of: view.nodes[next], in: label..<label + 1).isEmpty {
        return (c + Int(node.hasTerminal), next)
      }
    }
    return nil
  }

  private func weights(of child: Int, in node: NodeRecord) -> [(feature: UInt32, weight: Float)] {
    var result: [(feature: UInt32, weight: Float)] = []
    view.chunk(of: node).forEachEntry(features: view.features.count) { feature, other, weight in
      if other == child { result.append((feature, weight)) }
    }
    return result.sorted { (abs($0.weight), $1.feature) > (abs($1.weight), $0.feature) }
  }

  private func surface(_ label: UInt32) -> String {
    String(decoding: view.surface(of: label), as: UTF8.self)
  }
}
