// How rebuilds end: what is published unjudged, what the daemon answers, what the report says.

import Foundation
import QACBinary
import QACIndex
import QACPipeline
import QACProtocol
import QACTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#endif

// One after another, because each holds indexes and asks them thousands of times.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ConclusionTests {
  typealias Site = RebuildTests.Site

  /// A site with a published version and a second one to come.
  private func secondNight() throws -> Site {
    let site = try Site()
    try site.write(0..<400, to: "a.tsv")
    _ = try site.run()
    try site.write(400..<800, to: "b.tsv")
    site.settings.socket = site.directory.file("s")
    site.settings.forces = true
    site.settings.now += 86_400
    return site
  }

  /// The kept report and the text of its page.
  private func kept(_ result: RebuildResult) throws -> (report: RebuildReport, page: String) {
    let json = try Data(contentsOf: URL(fileURLWithPath: result.directory + "/report.json"))
    let page = try String(contentsOfFile: result.directory + "/report.html", encoding: .utf8)
    return (try JSONDecoder().decode(RebuildReport.self, from: json), page)
  }

  /// The answer of a daemon that serves `identity`.
  private static func serving(_ identity: String) -> FakeDaemon.Reaction {
    .result(.object([JSONValue.Member("index", .string(Array(identity.utf8)))]))
  }

  /// The answer of a daemon that serves the index that the link in `directory` names.
  private static func servingLink(of directory: String) -> FakeDaemon.Reaction {
    serving((try? LabelIndex(opening: directory + "/current.qaci"))?.identity ?? "")
  }

  // MARK: The daemon

  @Test func oneAnswerAloneSpeaksAgainstTheIndex() throws {
    let directory = try TemporaryDirectory()
    let codes = ErrorCode.allCases.map(\.rawValue) + [-32_050]
    let answer = Mutex(0)
    let daemon = try FakeDaemon(path: directory.file("s")) { _ in
      .error(answer.withLock { $0 }, "because of that")
    }
    for code in codes {
      answer.withLock { $0 = code }
      let notice = DaemonNotice.tell(directory.file("s"), identity: "i") { _ in }
      let refuses = code == ErrorCode.indexUnavailable.rawValue
      #expect(notice.state == (refuses ? .refuses : .untold), "\(code)")
      #expect(notice.problem?.contains("because of that") == true)
    }
    _ = daemon
  }

  @Test(arguments: [ErrorCode.busy, .shuttingDown, .blockListUnavailable])
  func whatSaysNothingAgainstTheIndexTakesNothingBack(_ code: ErrorCode) throws {
    let site = try secondNight()
    site.settings.patience = .milliseconds(500)
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in
      .error(code.rawValue, "because of that")
    }
    let result = try site.run()
    #expect(result.report.decision == .published)
    #expect(result.isServed == false)
    #expect(try IndexStore.current(site.settings.directory) == result.report.version)
    let (report, page) = try kept(result)
    #expect(report.decision == .published && report.daemon == .untold)
    #expect(report.warnings.contains { $0.contains("because of that") }, "\(report.warnings)")
    #expect(page.contains("because of that") && page.contains("has not loaded this version"))
    _ = daemon
  }

  @Test func anIndexThatTheDaemonCannotLoadIsRolledBackAndTheReportSaysSo() throws {
    let site = try secondNight()
    let before = try IndexStore.current(site.settings.directory)
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in
      .error(ErrorCode.indexUnavailable.rawValue, "the index is damaged")
    }
    let result = try site.run()
    #expect(result.report.decision == .refused && result.isServed == false)
    #expect(try IndexStore.current(site.settings.directory) == before)
    let (report, page) = try kept(result)
    #expect(report.decision == .refused && report.daemon == .refuses)
    #expect(report.reasons.contains { $0.contains("rolled back: \(before ?? "")") })
    #expect(report.warnings.contains { $0.contains("the index is damaged") })
    #expect(page.contains("rolled back") && page.contains("class=\"decision refused\""))
    #expect(!page.contains("class=\"decision published\""))
    _ = daemon
  }

  @Test func whereNothingWasServedNothingIsRolledBack() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    site.settings.socket = site.directory.file("s")
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in
      .error(ErrorCode.indexUnavailable.rawValue, "no")
    }
    let result = try site.run()
    #expect(result.report.decision == .published && result.report.daemon == .refuses)
    #expect(try IndexStore.current(site.settings.directory) == result.report.version)
    _ = daemon
  }

  @Test func aDaemonThatServesItIsInTheReport() throws {
    let site = try secondNight()
    let directory = site.settings.directory
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in
      Self.servingLink(of: directory)
    }
    let result = try site.run()
    #expect(result.isServed == true && result.report.warnings.isEmpty)
    let (report, page) = try kept(result)
    #expect(report.daemon == .serves && page.contains("serves this version"))
    _ = daemon
  }

  @Test func aDaemonThatServesAnotherFileIsInTheReport() throws {
    let site = try secondNight()
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in
      Self.serving("another")
    }
    let result = try site.run()
    #expect(result.report.decision == .published && result.isServed == false)
    #expect(try kept(result).report.daemon == .servesAnother)
    _ = daemon
  }

  @Test func aBusyDaemonIsAskedAgain() throws {
    let site = try secondNight()
    let directory = site.settings.directory
    let asked = Mutex(0)
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in
      let count = asked.withLock {
        $0 += 1
        return $0
      }
      return count < 3
        ? .error(ErrorCode.busy.rawValue, "busy") : Self.servingLink(of: directory)
    }
    let result = try site.run()
    #expect(result.isServed == true)
    #expect(asked.withLock { $0 } == 3)
    _ = daemon
  }

  @Test func aDaemonThatStaysBusyIsGivenUp() throws {
    let directory = try TemporaryDirectory()
    let daemon = try FakeDaemon(path: directory.file("s")) { _ in
      .error(ErrorCode.busy.rawValue, "busy")
    }
    var pauses: [Duration] = []
    let notice = DaemonNotice.tell(directory.file("s"), identity: "i") { pauses.append($0) }
    #expect(notice.state == .untold)
    let sum = pauses.reduce(.zero, +)
    #expect(sum > DaemonNotice.patience - .seconds(6) && sum < DaemonNotice.patience)
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
    _ = daemon
  }

  @Test func aDaemonThatNeverAnswersIsGivenUp() throws {
    let site = try secondNight()
    site.settings.patience = .milliseconds(50)
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in .silence }
    let result = try site.run()
    #expect(result.report.decision == .published && result.report.daemon == .untold)
    // The lock does not stay either.
    _ = try IndexStore(site.settings.directory)
    _ = daemon
  }

  @Test func theReportIsTrueBeforeTheDaemonHasAnswered() throws {
    let site = try secondNight()
    let directory = site.settings.directory
    let found = Mutex<[String]>([])
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in
      let name = (try? IndexStore.current(directory)).flatMap { $0 } ?? ""
      let report = FileManager.default.contents(
        atPath: "\(directory)/versions/\(name)/report.json"
      ).flatMap { try? JSONDecoder().decode(RebuildReport.self, from: $0) }
      let said = [report?.decision.rawValue, report?.daemon?.rawValue].compactMap { $0 }
      found.withLock { $0.append(said.joined(separator: " ")) }
      return Self.servingLink(of: directory)
    }
    _ = try site.run()
    #expect(found.withLock { $0 } == ["published untold"])
    _ = daemon
  }

  @Test func whatFailsAfterPublishingIsAWarning() throws {
    let site = try secondNight()
    let directory = site.settings.directory
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in
      // From here on the report cannot be replaced.
      let name = (try? IndexStore.current(directory)).flatMap { $0 } ?? ""
      let report = "\(directory)/versions/\(name)/report.json"
      unlink(report)
      mkdir(report, 0o700)
      return Self.servingLink(of: directory)
    }
    let result = try site.run()
    #expect(result.report.decision == .published && result.isServed == true)
    #expect(result.report.warnings.contains { $0.hasPrefix("the report does not say") })
    #expect(try IndexStore.current(directory) == result.report.version)
    _ = daemon
  }

  @Test func publishedAgainAtTheSameTimeTheReportIsTheNewOne() throws {
    let site = try secondNight()
    let socket = site.directory.file("s")
    do {
      let daemon = try FakeDaemon(path: socket) { _ in
        .error(ErrorCode.indexUnavailable.rawValue, "no")
      }
      #expect(try site.run().report.decision == .refused)
      _ = daemon
    }
    site.settings.socket = nil
    let result = try site.run()
    #expect(result.report.decision == .published)
    let (report, page) = try kept(result)
    #expect(report.decision == .published && page.contains("class=\"decision published\""))
  }

  // MARK: What is not judged

  /// Makes `site` demand more queries to judge by than are typed.
  private func demandTooMany(of site: Site) {
    site.settings.minimumRequests = 5000
  }

  /// Gives `site` a canary that never comes.
  private func demandWhatDoesNotCome(of site: Site) throws {
    try site.write("\tzz\tno such label\n", to: "canaries")
    site.settings.canaries = site.directory.file("canaries")
  }

  @Test func aFirstIndexIsPublishedUnjudgedAndSaysSo() throws {
    let site = try Site()
    demandTooMany(of: site)
    try site.write(0..<900, to: "a.tsv")
    let result = try site.run()
    #expect(result.report.decision == .published)
    let (report, page) = try kept(result)
    #expect(!report.reasons.contains("all demands are met"), "\(report.reasons)")
    let said = try #require(report.warnings.first { $0.contains("quality was not judged") })
    #expect(said.contains("at least 5000 needed") && page.contains("quality was not judged"))
    #expect(report.judgement?.checks.map(\.name) == [.queries])
  }

  @Test(arguments: [false, true])
  func aFirstIndexThatFailsWhatCanBeCheckedIsRefusedJudgedOrNot(_ isJudged: Bool) throws {
    let site = try Site()
    if !isJudged { demandTooMany(of: site) }
    try site.write(0..<900, to: "a.tsv")
    try demandWhatDoesNotCome(of: site)
    site.settings.maximumBytes = 1000
    let result = try site.run()
    #expect(result.report.decision == .refused)
    for name in ["canaries:", "bytes:"] {
      #expect(result.report.reasons.contains { $0.hasPrefix(name) }, "\(result.report.reasons)")
    }
    #expect(try IndexStore.current(site.settings.directory) == nil)
  }

  @Test func besideAServedIndexNothingIsPublishedUnjudgedUnlessForced() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    _ = try site.run()
    let before = try site.served()
    demandTooMany(of: site)
    site.settings.now += 1
    try site.write(900..<1800, to: "b.tsv")
    #expect(try site.run().report.decision == .unchanged)
    #expect(try site.served() == before)
    site.settings.forces = true
    let forced = try site.run()
    #expect(forced.report.decision == .published)
    #expect(try kept(forced).report.warnings.contains { $0.contains("quality was not judged") })
    #expect(try site.served() != before)
  }

  /// There is nothing to compare with, and the next start of the daemon would fail.
  @Test func aServedIndexThatCannotBeReadIsReplacedUnjudged() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    let first = try site.run()
    let path = first.directory + "/index.qaci"
    try FileManager.default.removeItem(atPath: path)
    try Data("of another version".utf8).write(to: URL(fileURLWithPath: path))
    demandTooMany(of: site)
    site.settings.now += 1
    try site.write(900..<1800, to: "b.tsv")
    let result = try site.run()
    #expect(result.report.decision == .published)
    #expect(try kept(result).report.warnings.contains { $0.contains("quality was not judged") })
  }

  @Test(arguments: [0, 900])
  func failedCanariesFailTheRunAlsoWhereTooLittleIsNew(_ new: Int) throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    _ = try site.run()
    let before = try site.served()
    demandTooMany(of: site)
    site.settings.now += 1
    try demandWhatDoesNotCome(of: site)
    if new > 0 { try site.write(900..<900 + new, to: "b.tsv") }
    let result = try site.run()
    #expect(result.report.decision == .refused, "\(result.report.reasons)")
    #expect(result.report.reasons.contains { $0.hasPrefix("canaries: ") })
    #expect(try site.served() == before)
  }

  // MARK: Logs that are lost

  @Test func lostLogsAreCountedWhateverIsDecided() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    #expect(try site.run().report.hasLostLogs == false)
    var random = SplitMix64(seed: 4)
    let bytes = (0..<4096).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    try Data(bytes).write(to: URL(fileURLWithPath: site.directory.file("b.tsv")))
    let third = (0..<300).map { "u1\t\(1_700_000_000 + $0)\tx\n" + ($0 % 2 == 0 ? "bad\n" : "") }
    try site.write(third.joined(), to: "c.tsv")
    let pipe = try NamedPipe(path: site.directory.file("d.tsv"), text: "u1\t1700000000\tx\n")
    mkdir(site.directory.file("e.tsv"), 0o700)
    let socket = try FakeDaemon(path: site.directory.file("f.tsv")) { _ in .hangUp }
    site.settings.logs += [site.directory.file("none"), site.directory.file("g.tsv")]
    symlink("/dev/zero", site.directory.file("g.tsv"))
    let result = try site.run()
    #expect(result.report.decision == .unchanged)
    // Six files, one of them named twice, and a path without a file.
    #expect(result.report.lostLogs == 7)
    #expect(try Rebuild(site.settings).count().lostLogs == 7)
    let lost = result.report.files.filter { $0.failure != nil }.map(\.name)
    #expect(lost == ["b", "c", "d", "e", "f", "g"].map { $0 + ".tsv" })
    _ = (pipe, socket)
  }
}
