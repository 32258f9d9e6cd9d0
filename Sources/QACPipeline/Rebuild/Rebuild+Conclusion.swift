// The end of a rebuild: decide, publish or not, tell the daemon, and keep a report.
//
// Invariant: once the link names the new version, a failure is not thrown but becomes a warning,
// because the rebuild has come to its decision. The kept report always tells what happened last: it
// is published saying that the daemon has not been told, and rewritten when the daemon has
// answered. So the report of a rebuild that is killed in between does not say too much.

import Foundation
import QACLogs

extension Rebuild {
  /// Decides by the checked demands.
  ///
  /// - Parameters:
  ///   - quality: The demands on the quality of the index; only `queries` where there were too few.
  ///   - published: The demands on the index that would be published, whatever the number of
  ///     queries.
  ///   - isSame: Whether that index is the served one.
  ///   - hasServed: Whether there is a served index to compare with. One that cannot be opened, or
  ///     that has another profile, is none.
  func decide(
    quality: [RebuildReport.Check], published: [RebuildReport.Check], isSame: Bool,
    hasServed: Bool
  ) {
    let failed = (quality + published).filter { !$0.passed }
    let demands = failed.map { "\($0.name.rawValue): \($0.text)" }
    let unjudged = failed.first { $0.name == .queries }
    if isSame, settings.forces || published.allSatisfy(\.passed) {
      report.decision = .unchanged
      report.reasons = ["the new index is the served one, to the byte"]
    } else if settings.forces {
      report.decision = .published
      report.reasons =
        failed.isEmpty ? [Self.allMet] : ["published by force, although:"] + demands
    } else if !published.allSatisfy(\.passed) {
      report.decision = .refused
      report.reasons = demands
      if isSame { report.reasons.append("the served index is the same, to the byte, and stays") }
    } else if let unjudged, hasServed {
      report.decision = .unchanged
      report.reasons = [
        "there is too little new to judge by: \(unjudged.text); the served index stays"
      ]
    } else if unjudged != nil {
      report.decision = .published
      report.reasons = [
        (report.previous == nil
          ? "the first index, which is better than none"
          : "the served index cannot be compared with")
          + "; it meets all demands that need no queries"
      ]
    } else if !failed.isEmpty {
      report.decision = .refused
      report.reasons = demands
    } else {
      report.decision = .published
      report.reasons = [Self.allMet]
    }
    if let unjudged, report.decision == .published {
      report.warnings.append("its quality was not judged: \(unjudged.text)")
    }
    if settings.isDryRun {
      report.reasons.insert("a dry run; otherwise: \(report.decision.rawValue)", at: 0)
      report.decision = .dryRun
    }
  }

  private static var allMet: String { "all demands are met" }

  /// Ends a night without anything to learn: nothing is published, and the report says why.
  func concludeEmpty() throws -> RebuildResult {
    report.decision = .unchanged
    report.reasons = [
      "nothing can be learned yet: \(report.counts.events) events, and no query that "
        + "\(settings.filters.minimumUsers) people submitted; name texts with --titles, or lower "
        + "--minimum-users"
    ]
    report.version = IndexStore.name(
      [], now: IndexStore.time(settings.now, behind: try IndexStore.versions(settings.directory)))
    return try conclude([])
  }

  /// Publishes `bytes` if that was decided, and keeps the report.
  func conclude(_ bytes: [UInt8]) throws -> RebuildResult {
    endPhase()
    progress("publish", 0)
    let name = report.version ?? ""
    let history = history()
    guard report.decision == .published else {
      let (json, page) = try kept(history)
      let directory = try turn.perform {
        defer { try? store.keep(settings.keep) }
        return try store.refuse(report: json, page: page, as: name)
      }
      return RebuildResult(report: report, directory: directory)
    }
    if settings.socket != nil { report.daemon = .untold }
    let (json, page) = try kept(history)
    do {
      try turn.perform {
        try store.publish(IndexStore.Content(index: bytes, report: json, page: page), as: name)
      }
    } catch  where (try? IndexStore.current(store.path)) == name {
      report.warnings.append("published, but a power cut may undo it: \(error)")
    }
    if let socket = settings.socket { tell(socket, of: name) }
    warning("old versions are not removed") { try store.keep(settings.keep) }
    warning("the report does not say what happened after publishing") {
      let (now, page) = try kept(history)
      if now != json { try store.revise(report: now, page: page, of: name) }
    }
    return RebuildResult(report: report, directory: store.directory(of: name))
  }

  /// Has the daemon load version `name`; if it cannot, the link names the previous version again.
  private func tell(_ socket: String, of name: String) {
    progress("tell the daemon", 0)
    let notice = DaemonNotice.tell(
      socket, identity: report.identity ?? "", patience: settings.patience)
    report.daemon = notice.state
    if let problem = notice.problem { report.warnings.append(problem) }
    guard notice.state == .refuses, let previous = report.previous else { return }
    warning("\(name) is not rolled back; run qac-index rollback") {
      // The daemon cannot read this index, so it could not start with it.
      try store.setCurrent(previous)
      report.decision = .refused
      report.reasons = [
        "the daemon cannot load the index; rolled back: \(previous) is served as before"
      ]
    }
  }

  /// Runs `body` in turn; an error becomes a warning that begins with `text`.
  private func warning(_ text: String, _ body: () throws -> Void) {
    do {
      try turn.perform(body)
    } catch {
      report.warnings.append("\(text): \(PipelineError(error))")
    }
  }

  /// The report as it is now: as JSON, and as a page that shows earlier versions too.
  private func kept(_ history: [RebuildReport]) throws -> (json: [UInt8], page: [UInt8]) {
    (try PipelineJSON.encode(report), Array(report.page(history).utf8))
  }

  /// The reports of the versions that exist, oldest first, without that of the new one.
  private func history() -> [RebuildReport] {
    let versions = (try? IndexStore.versions(settings.directory)) ?? []
    return versions.filter { $0.name != report.version }.compactMap { store.report(of: $0.name) }
  }
}
