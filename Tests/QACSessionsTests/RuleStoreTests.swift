// Rules in the store: lists that are as durable as records.

import QACBinary
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct RuleStoreTests {
  /// What the store should hold: block rules as a set, pins and boosts by age.
  private struct Model {
    var blocks: Set<StoredRule> = []
    var others: [StoredRule] = []

    /// What tells a rule from others: everything but a pin's time and a boost's factor.
    private static func key(_ rule: StoredRule) -> StoredRule {
      switch rule {
      case .block: return rule
      case .pin(let prefix, let text, _): return .pin(prefix: prefix, text: text, until: nil)
      case .boost(let kind, let text, _): return .boost(kind: kind, text: text, factor: 0)
      }
    }

    mutating func remove(_ rule: StoredRule) {
      blocks.remove(rule)
      others.removeAll { Self.key($0) == Self.key(rule) }
    }

    mutating func add(_ rule: StoredRule) {
      if case .block = rule {
        blocks.insert(rule)
      } else {
        remove(rule)
        others.append(rule)
      }
    }

    func holds(_ found: [StoredRule]) -> Bool {
      func isPin(_ rule: StoredRule) -> Bool { if case .pin = rule { true } else { false } }
      return Set(found.prefix(blocks.count)) == blocks
        && Array(found.dropFirst(blocks.count))
          == others.filter(isPin) + others.filter { !isPin($0) }
    }
  }

  @Test(arguments: 0..<12) func changesAgreeWithAModel(seed: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    var random = SplitMix64(seed: UInt64(seed))
    var store = try SessionStore(path: path)
    var model = Model()
    // Texts that SQL, C strings or collations would change.
    let texts = ["a", "A", "a\u{0}b", "naïve", "'; DROP TABLE event;--", "a ", "*?"]
    func rule(_ random: inout SplitMix64) -> StoredRule {
      let kind = ["word", "exact"][random.below(2)]
      let text = Array(texts[random.below(7)].utf8)
      switch random.below(3) {
      case 0: return .block(kind: kind, text: text)
      case 1:
        let until = random.below(2) == 0 ? nil : Int64(random.below(3))
        return .pin(prefix: random.below(3) == 0 ? [] : text, text: text, until: until)
      default: return .boost(kind: kind, text: text, factor: Double(1 + random.below(3)) / 3)
      }
    }
    for step in 0..<60 {
      let added = (0..<random.below(3)).map { _ in rule(&random) }
      let removed = (0..<random.below(3)).map { _ in rule(&random) }
      try await store.changeRules(add: added, remove: removed)
      for rule in removed { model.remove(rule) }
      for rule in added { model.add(rule) }
      if random.below(8) == 0 {
        store.close()
        store = try SessionStore(path: path)
      }
      let found = try store.rules()
      #expect(model.holds(found), "seed \(seed), step \(step): \(found)")
      let read = try SessionStore.readRules(ofDatabaseAt: path)
      #expect(read == found, "seed \(seed), step \(step)")
    }
    #expect(store.statistics == SessionStatistics(sessions: 0, events: 0))
    store.close()
    #expect(throws: SessionStoreError.closed) { try store.rules() }
    await #expect(throws: SessionStoreError.closed) { try await store.changeRules(add: []) }
  }
}
