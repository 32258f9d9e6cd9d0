// What was still to come of an unseen query is told by the words, pairs and endings of the learned
// part alone.

import QACLogs
import Testing

@testable import QACReplay

@Suite struct EndingKindTests {
  private static let learned = [
    "red running shoes", "blue running shoes size 9", "garden hose", "hose reel wall mount",
  ]

  private func known(_ later: [String] = []) -> KnownEndings {
    let log = SeenLinesTests.log((Self.learned + later).map { ($0, 1) })
    return KnownEndings(log, LogSplit(log, learning: Self.learned.count))
  }

  @Test(arguments: [
    ("blue garden hose", "blue garden h", EndingKind.followed),
    ("blue garden hose", "blue garden ", .followed),
    ("running hose", "running h", .endsOthers),
    ("green running shoes size 9", "green run", .knownEnding),
    ("red garden reel", "red g", .newOrder),
    ("red wall", "red w", .newOrder),
    ("wall garden", "wa", .nothingFinished),
    ("wall garden", "wall", .nothingFinished),
    ("garden gnome", "garden g", .newWord),
    ("gnome garden", "gnome g", .newOrder),
  ])
  func endingsAreTold(target: String, typed: String, kind: EndingKind) {
    #expect(known().kind(of: Array(target.utf8), typed: typed.utf8.count) == kind)
  }

  @Test func whatComesLaterIsNotKnown() {
    let later = known(["red wall", "red garden reel"])
    #expect(later.kind(of: Array("red wall".utf8), typed: 5) == .newOrder)
    #expect(later.kind(of: Array("red garden reel".utf8), typed: 5) == .newOrder)
  }
}
