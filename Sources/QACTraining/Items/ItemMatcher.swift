// The examples that the search would bring to nodes by mistake: matcher-aware negatives.
//
// While the tree is trained from the root down, every example is searched as far as there are
// classifiers. A node to which the beam brings an example without an item below the node learns to
// answer it with no.
//
// Invariant: the result depends only on the examples and the chunks, not on the number of threads.
// Cost: per level O(rows x beam x components x log(features of a node)). Memory: 8 bytes per row
// and node of the beam.
// Source: Yu et al. 2022 (arXiv:2010.05878), §3.2 (matcher-aware negatives).

import QACBinary
import QACIndex

/// The beams of all examples on one level of the tree.
struct ItemMatcher {
  private struct Open: Sendable {
    var node: UInt32
    var penalty: Float
  }

  private static let rowsPerPiece = 1024
  private let task: ItemTreeTask
  /// The place of each item among the members.
  private let places: [UInt32]
  private var beams: [[Open]]

  /// Makes beams that have only the root.
  init(_ task: ItemTreeTask) {
    self.task = task
    var places = [UInt32](repeating: 0, count: task.clusters.members.count)
    for (place, item) in task.clusters.members.enumerated() { places[Int(item)] = UInt32(place) }
    self.places = places
    beams = [[Open]](repeating: [Open(node: 0, penalty: 0)], count: task.examples.count)
  }

  /// For each node the rows in whose beam it is, and that have no item below it; they ascend.
  func mistaken() -> [Int: [UInt32]] {
    var result: [Int: [UInt32]] = [:]
    for (row, beam) in beams.enumerated() {
      let items = task.examples.items[
        task.examples.pairOffsets[row]..<task.examples.pairOffsets[row + 1]]
      // A row without items teaches nothing.
      if items.isEmpty { continue }
      for open in beam {
        let node = task.clusters.nodes[Int(open.node)]
        let members = node.memberStart..<node.memberStart + node.memberCount
        if !items.contains(where: { members.contains(places[Int($0)]) }) {
          result[Int(open.node), default: []].append(UInt32(row))
        }
      }
    }
    return result
  }

  /// Takes every beam one level down; `chunks` has the weights of its nodes.
  mutating func descend(_ chunks: [NodeChunk]) {
    let matcher = self
    let count = beams.count
    let pieces = (count + Self.rowsPerPiece - 1) / Self.rowsPerPiece
    let below = Parallel.map(pieces, threads: task.settings.threads) { piece in
      (piece * Self.rowsPerPiece..<min(count, (piece + 1) * Self.rowsPerPiece)).map {
        matcher.children(of: matcher.beams[$0], row: $0, chunks)
      }
    }
    beams = below.flatMap { $0 }
  }

  private func children(of beam: [Open], row: Int, _ chunks: [NodeChunk]) -> [Open] {
    var result: [Open] = []
    for open in beam {
      let node = task.clusters.nodes[Int(open.node)]
      if node.isLeaf { continue }
      let chunk = chunks[Int(open.node)]
      var scores = [Float](repeating: 0, count: node.arity)
      for i in task.examples.offsets[row]..<task.examples.offsets[row + 1] {
        Self.add(task.examples.values[i], task.examples.ids[i], of: chunk, to: &scores)
      }
      Self.add(1, UInt32(task.features - 1), of: chunk, to: &scores)
      for (child, score) in scores.enumerated() {
        let gap = max(0, 1 - score)
        result.append(
          Open(node: node.firstChild + UInt32(child), penalty: open.penalty + gap * gap * gap))
      }
    }
    result.sort { ($0.penalty, $0.node) < ($1.penalty, $1.node) }
    return Array(result.prefix(task.settings.negativeBeam))
  }

  private static func add(
    _ value: Float, _ feature: UInt32, of chunk: NodeChunk, to scores: inout [Float]
  ) {
    let place = (0..<chunk.features.count).partitioningIndex { chunk.features[$0] >= feature }
    guard place < chunk.features.count, chunk.features[place] == feature else { return }
    for e in Int(chunk.offsets[place])..<Int(chunk.offsets[place + 1]) {
      scores[Int(chunk.children[e])] += value * chunk.weights[e]
    }
  }
}
