// A replay through the daemon's socket gives the same figures as one in process, or says why it
// cannot.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct EvaluationTests {
  private let files: DaemonFiles
  private let log: String

  init() throws {
    files = try DaemonFiles()
    log = files.directory.file("log.tsv")
    let made = try Programs.run(
      "qac-index",
      ["simulate", "--out", log, "--users", "100", "--days", "10", "--labels", "300"])
    try #require(made.code == 0, "\(made.errors)")
  }

  private func evaluate(_ more: [String]) throws -> Outcome {
    try Programs.run(
      "qac-index",
      ["evaluate", "--log", log, "--protocol", "replay", "--keys", "40", "--quiet"] + more)
  }

  /// The figures of `system` in a report, without its difference to the full system.
  private func figures(_ system: String, _ report: String) throws -> NSDictionary {
    let object = try JSONSerialization.jsonObject(with: Data(report.utf8))
    let systems = try #require((object as? [String: Any])?["systems"] as? [String: Any])
    var figures = try #require(systems[system] as? [String: Any], "no system \(system)")
    figures["fullGains"] = nil
    return figures as NSDictionary
  }

  @Test func aDaemonAnswersAsTheFullSystemInProcess() throws {
    let saved = files.directory.file("saved.qaci")
    let inProcess = try evaluate(["--save", saved, "--json"])
    try #require(inProcess.code == 0, "\(inProcess.errors)")
    files.index = saved
    let daemon = try files.start(["--clock", "client"])
    let outcome = try evaluate(["--socket", files.socket, "--json"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    daemon.stop()
    let full = try figures("full", inProcess.output)
    #expect(try figures("full", outcome.output) == full)
    #expect(try figures("daemon", outcome.output) == full)
  }

  @Test func aDaemonThatCannotRepeatTheReplayIsRefused() throws {
    let saved = files.directory.file("saved.qaci")
    try #require(try evaluate(["--save", saved, "--keys", "0"]).code == 0)
    func refusal(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let outcome = try evaluate(["--socket", files.socket])
      #expect(outcome.code == 1 && outcome.output.isEmpty, sourceLocation: sourceLocation)
      #expect(
        outcome.errors.contains(text), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
    try refusal("no daemon answers")
    let other = try files.start(["--clock", "client"])
    try refusal("evaluate --save")
    other.stop()
    files.index = saved
    let own = try files.start()
    try refusal("--clock client")
    own.stop()
    let used = try files.start(["--clock", "client"])
    try files.client().record(
      Request.Record(
        session: try #require(SessionName("somebody")), query: Array("boots".utf8), at: 0))
    try refusal("new --database")
    used.stop()
    let offline = try Programs.run(
      "qac-index", ["evaluate", "--log", log, "--socket", files.socket])
    #expect(offline.code == 64 && offline.errors.contains("--protocol replay"))
  }
}
