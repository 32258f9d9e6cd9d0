// The likeliest path through the ways to read a prefix.
//
// Invariant: no path is likelier than the one chosen; of equal ones it is that of the first edges.
// Cost: a probability of a pair for each two edges that meet, and key of the second.
// Source: Viterbi, IEEE Trans. Inform. Theory 1967.

import QACIndex

extension PrefixReading {
  /// ln P of the likeliest first word of `edge` after the word `previous`.
  @inline(__always)
  static func probability(
    of edge: Edge, after previous: UInt64, _ model: WordModelView
  ) -> Double {
    var best = -Double.infinity
    for k in 0..<edge.keyCount {
      let key = edge.keys[k]
      best = max(
        best,
        model.logProbability(of: key, after: previous, pair: WordKey.pair(previous, key)))
    }
    return best
  }

  /// Scores all edges; returns the last edge of the best path.
  mutating func choose(_ model: WordModelView) -> Int? {
    var best: Int?
    for place in words.indices {
      for e in edges.indices where edges[e].from == place {
        if place == 0 {
          edges[e].score =
            edges[e].inner + Self.probability(of: edges[e], after: WordKey.begin, model)
        } else {
          for f in edges.indices where edges[f].to == place {
            let score =
              edges[f].score + edges[e].inner
              + Self.probability(of: edges[e], after: edges[f].last, model)
            if score > edges[e].score {
              edges[e].score = score
              edges[e].before = f
            }
          }
        }
        if edges[e].to == words.count, best.map({ edges[e].score > edges[$0].score }) ?? true {
          best = e
        }
      }
    }
    return best
  }

  /// ln P of what was typed.
  func typedScore(_ model: WordModelView) -> Double {
    var score = 0.0
    var previous = WordKey.begin
    for edge in edges where edge.cost == 0 {
      score += edge.inner + Self.probability(of: edge, after: previous, model)
      previous = edge.last
    }
    return score
  }
}
