// Rules in the store: a set that is as durable as records.

import QACBinary
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct RuleStoreTests {
  @Test(arguments: 0..<8) func changesAgreeWithASet(seed: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    var random = SplitMix64(seed: UInt64(seed))
    var store = try SessionStore(path: path)
    var model: Set<StoredRule> = []
    // Texts that SQL, C strings or collations would change.
    let texts = ["a", "A", "a\u{0}b", "naïve", "'; DROP TABLE event;--", "a ", "*?"]
    func rule(_ random: inout SplitMix64) -> StoredRule {
      StoredRule(
        kind: ["word", "exact"][random.below(2)], text: Array(texts[random.below(7)].utf8))
    }
    for step in 0..<60 {
      let added = (0..<random.below(3)).map { _ in rule(&random) }
      let removed = (0..<random.below(3)).map { _ in rule(&random) }
      try await store.changeRules(add: added, remove: removed)
      model.subtract(removed)
      model.formUnion(added)
      if random.below(8) == 0 {
        store.close()
        store = try SessionStore(path: path)
      }
      let found = try store.rules()
      #expect(Set(found) == model && found.count == model.count, "seed \(seed), step \(step)")
    }
    #expect(store.statistics == SessionStatistics(sessions: 0, events: 0))
    store.close()
    #expect(throws: SessionStoreError.closed) { try store.rules() }
    await #expect(throws: SessionStoreError.closed) { try await store.changeRules(add: []) }
  }
}
