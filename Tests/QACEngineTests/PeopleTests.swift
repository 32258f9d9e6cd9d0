// Several sessions may count as one person: then they make nothing visible that one session would
// not, and forgetting one of them takes nothing of the others with it.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct PeopleTests {
  private let index: LabelIndex

  init() throws {
    index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
  }

  private func overlay(needed: Int = 3) -> LiveOverlay {
    LiveOverlay(index: index, cutoff: 0, sessionsNeeded: needed, capacity: 4096)
  }

  private func record(
    _ text: String, _ session: UInt64, as person: UInt64?, at time: Int64 = 500,
    in overlay: LiveOverlay
  ) {
    let bytes = Array(text.utf8)
    overlay.record(
      normalized: bytes, surface: bytes, session: session, person: person, at: time)
    overlay.checkInvariants()
  }

  @Test func manySessionsOfOnePersonAreOnePerson() {
    let overlay = overlay()
    for session in 1...50 { record("zzz", UInt64(session), as: 1000, in: overlay) }
    #expect(overlay.visibleCount == 0 && overlay.eventCount == 1)
    record("zzz", 51, as: 1001, in: overlay)
    #expect(overlay.visibleCount == 0)
    // A session that counts as itself is the third.
    record("zzz", 52, as: nil, in: overlay)
    #expect(overlay.visibleCount == 1)
    overlay.forget(normalized: nil, session: 52)
    overlay.checkInvariants()
    #expect(overlay.visibleCount == 0)
  }

  @Test func aPersonHasOneShareHoweverManySessions() {
    let overlay = overlay()
    for i in 0..<1000 { record("text \(i)", UInt64(i), as: 7, in: overlay) }
    #expect(overlay.eventCount == overlay.share)
  }

  @Test func forgettingASessionLeavesTheOthersOfItsPerson() {
    let overlay = overlay(needed: 1)
    record("zzz one", 1, as: 9, in: overlay)
    record("zzz two", 2, as: 9, in: overlay)
    overlay.forget(normalized: nil, session: 1)
    overlay.checkInvariants()
    #expect(overlay.eventCount == 1 && overlay.visibleCount == 1)
    // What a person's other session submitted that day is no event of this one.
    record("zzz two", 1, as: 9, in: overlay)
    #expect(overlay.eventCount == 1)
    overlay.forget(normalized: nil, session: 2)
    overlay.checkInvariants()
    #expect(overlay.eventCount == 0)
    record("zzz three", 1, as: 9, in: overlay)
    #expect(overlay.eventCount == 1)
  }

  /// Whatever happens, a query is visible only if enough people submitted it and did not forget it.
  @Test(arguments: 0..<30) func neverMoreVisibleThanPeople(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let needed = 1 + seed % 3
    let overlay = LiveOverlay(
      index: index, cutoff: 0, sessionsNeeded: needed, capacity: seed % 2 == 0 ? 24 : 4096)
    struct Use: Hashable {
      var text: String
      var session: UInt64
      var person: UInt64
    }
    var uses: Set<Use> = []
    var time: Int64 = 1
    for step in 0..<400 {
      time += Int64(random.below(30_000))
      let session = UInt64(random.below(8))
      let text = "zzz \(random.below(6))"
      if random.below(12) == 0 {
        let query = random.below(2) == 0 ? text : nil
        overlay.forget(normalized: query.map { Array($0.utf8) }, session: session)
        uses = uses.filter { use in use.session != session || query.map { use.text != $0 } ?? false
        }
      } else {
        let person: UInt64? = random.below(3) == 0 ? nil : 100 + UInt64(random.below(3))
        uses.insert(Use(text: text, session: session, person: person ?? session))
        let bytes = Array(text.utf8)
        overlay.record(
          normalized: bytes, surface: bytes, session: session, person: person, at: time)
      }
      overlay.checkInvariants()
      let people = Dictionary(grouping: uses, by: \.text).mapValues { Set($0.map(\.person)).count }
      let most = people.values.count { $0 >= needed }
      #expect(overlay.visibleCount <= most, "seed \(seed), step \(step)")
    }
    overlay.forget(normalized: nil, session: nil)
    overlay.checkInvariants()
    #expect(overlay.eventCount == 0 && overlay.visibleCount == 0)
  }
}
