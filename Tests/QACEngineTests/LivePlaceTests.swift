// What is submitted at places after the index was built, against a list of events.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import Testing

@testable import QACEngine

@Suite struct LivePlaceTests {
  private static let places = ["/root", "/srv", "/tmp"].map { Array($0.utf8) }

  private func index() throws -> LabelIndex {
    try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
  }

  private struct Event {
    var text: [UInt8]
    var session: UInt64
    var place: Int?
    var hasFailed: Bool
  }

  /// How often others know `text` to have been submitted at place `p`.
  private func count(
    _ text: [UInt8], at p: Int, _ events: [Event], needed: Int
  ) -> UInt32 {
    let own = events.filter { $0.text == text }
    let failed = own.filter(\.hasFailed)
    let well = own.filter { !$0.hasFailed }
    let sessions = Set(well.map(\.session)).count
    let failedSessions = Set(failed.map(\.session)).count
    if sessions < needed || failedSessions >= needed && failedSessions > sessions { return 0 }
    let there = well.filter { $0.place == p }
    return Set(there.map(\.session)).count >= needed ? UInt32(there.count) : 0
  }

  private func count(_ text: [UInt8], at p: Int, _ overlay: LiveOverlay) -> UInt32 {
    let list = overlay.places.list(of: Situation(place: Self.places[p]).place)
    guard list >= 0, let id = overlay.find(text) else { return 0 }
    return overlay.uses(of: id, atPlace: list)
  }

  @Test(arguments: 1...6) func aPlaceKnowsWhatEnoughSessionsSubmittedThere(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let needed = 1 + random.below(3)
    let overlay = LiveOverlay(
      index: try index(), cutoff: 0, sessionsNeeded: needed, capacity: 1 << 12)
    let texts = ["newton", "paris", "zz one", "zz two"].map { Array($0.utf8) }
    var events: [Event] = []
    for day in 1...300 {
      let text = texts[random.below(texts.count)]
      let session = UInt64(1 + random.below(5))
      if random.below(20) == 0 {
        overlay.forget(normalized: text, session: session)
        events.removeAll { $0.text == text && $0.session == session }
      } else if random.below(10) == 0,
        let last = events.lastIndex(where: {
          $0.text == text && $0.session == session
        })
      {
        let hasFailed = random.below(2) == 0
        overlay.end(
          normalized: text, surface: text, session: session, as: hasFailed ? .failed : .ok)
        events[last].hasFailed = hasFailed
      } else {
        let place = random.below(4) == 0 ? nil : random.below(3)
        let hasFailed = random.below(5) == 0
        // A day apart, so that nothing is a repetition.
        overlay.record(
          normalized: text, surface: text, session: session, at: Int64(day) * 86_400,
          in: Situation(place: place.map { Self.places[$0] }),
          ending: hasFailed ? .failed : .unknown)
        events.append(Event(text: text, session: session, place: place, hasFailed: hasFailed))
      }
      overlay.checkInvariants()
      for text in texts {
        for p in Self.places.indices {
          #expect(
            count(text, at: p, overlay) == count(text, at: p, events, needed: needed),
            "seed \(seed), day \(day)")
        }
      }
    }
    overlay.forget(normalized: nil, session: nil)
    overlay.checkInvariants()
    #expect(overlay.places.own.count == 0)
    #expect(overlay.places.numbers.count == 0)
  }

  @Test func whatIsSubmittedAtAPlaceIsSuggestedThereFirst() throws {
    let index = try index()
    let weights = RankerFeature.allCases.map { $0 == .popularity || $0 == .placeCount ? 1.0 : 0 }
    let engine = try CompletionEngine(index: index, weights: weights)
    let overlay = LiveOverlay(index: index, cutoff: 0)
    let scratch = CompletionScratch(engine: engine)
    let query = Array("zz here".utf8)
    func texts(at place: [UInt8]?) -> [String] {
      Array("zz".utf8).withUnsafeBufferPointer {
        engine.complete(
          prefix: $0, context: SessionContext(), overlay: overlay, at: 1000,
          in: Situation(place: place), limit: 10, scratch: scratch)
      }
      return (0..<scratch.count).map { String(decoding: scratch.normalizedText($0), as: UTF8.self) }
    }
    for session in 1...9 {
      // Nine sessions know "zz there", three of them at this place.
      for text in session <= 3 ? [query, Array("zz there".utf8)] : [Array("zz there".utf8)] {
        let place = session <= 3 && text == query ? Self.places[0] : Self.places[1]
        overlay.record(
          normalized: text, surface: text, session: UInt64(session), at: 900,
          in: Situation(place: place))
      }
      if session == 2 { #expect(texts(at: Self.places[0]).first != "zz here") }
    }
    #expect(texts(at: Self.places[0]).first == "zz here")
    #expect(texts(at: Self.places[1]).first == "zz there")
    #expect(texts(at: nil).first == "zz there")
    let i = try #require((0..<scratch.count).first)
    _ = texts(at: Self.places[0])
    #expect(Array(scratch.featureValues(i))[RankerFeature.placed.rawValue] == 1)
  }

  @Test func aPlaceKeepsABoundedNumberOfEntries() throws {
    let overlay = LiveOverlay(index: try index(), cutoff: 0, sessionsNeeded: 1)
    let place = Situation(place: Self.places[0])
    let often = Array("often".utf8)
    for session in 1...3 as ClosedRange<UInt64> {
      overlay.record(normalized: often, surface: often, session: session, at: 900, in: place)
    }
    for i in 0..<OverlayPlaces.capacity + 50 {
      let text = Array("rare \(i)".utf8)
      overlay.record(normalized: text, surface: text, session: UInt64(9 + i), at: 900, in: place)
    }
    overlay.checkInvariants()
    #expect(overlay.places.lists[0].count == OverlayPlaces.capacity)
    #expect(count(often, at: 0, overlay) == 3)
    for i in 0..<OverlayPlaces.capacity + 50 {
      overlay.forget(normalized: Array("rare \(i)".utf8), session: nil)
    }
    overlay.checkInvariants()
    #expect(overlay.places.lists[0].count == 1)
  }
}
