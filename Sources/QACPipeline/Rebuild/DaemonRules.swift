// The operator's rules as a rebuild knows them: those of the daemon's database and of the block list.
//
// The rules change nothing in the index, except that what the block list blocks is not learned. They
// are replayed to say what they cost.

import QACEngine
import QACIndex
import QACReplay
import QACSessions

/// The rules that the daemon has in force.
struct DaemonRules {
  private(set) var blocks: [BlockRule]
  private(set) var pins: [PinRule] = []
  private(set) var boosts: [BoostRule] = []

  /// Rules of the block list, and those that a database holds. One that this version cannot read is
  /// left out, as the daemon leaves it out.
  init(_ stored: [StoredRule] = [], blockList: [BlockRule] = []) {
    blocks = blockList
    for rule in stored {
      switch rule {
      case .block(let kind, let text):
        if let rule = Self.rule(kind, text) { blocks.append(rule) }
      case .pin(let prefix, let text, let until):
        if let pin = try? PinRule(prefix: prefix, text: text, until: until) { pins.append(pin) }
      case .boost(let kind, let text, let factor):
        if let rule = Self.rule(kind, text), let boost = try? BoostRule(rule, factor: factor) {
          boosts.append(boost)
        }
      }
    }
  }

  private static func rule(_ kind: String, _ text: [UInt8]) -> BlockRule? {
    BlockRule.Kind(rawValue: kind).flatMap { try? BlockRule($0, text) }
  }

  /// Whether there are none.
  var isEmpty: Bool { blocks.isEmpty && pins.isEmpty && boosts.isEmpty }

  /// These rules, ready for `index`.
  func ready(for index: LabelIndex) -> ReplayRules {
    ReplayRules(
      blocked: BlockedLabels(BlockList(blocks, profile: index.profile), in: index),
      ranking: RankingRules(pins: pins, boosts: boosts, in: index))
  }
}
