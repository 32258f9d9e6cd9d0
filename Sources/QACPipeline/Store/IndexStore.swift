// Published indexes: versions in a directory, one of which a link names.
//
//     DIR/lock                      held during a change
//     DIR/current.qaci              a link to versions/NAME/index.qaci: what the daemon serves
//     DIR/versions/NAME/            index.qaci, report.json, report.html; NAME has time and hash
//     DIR/refused/NAME/             reports of rebuilds that were not published
//     DIR/versions/NAME.new/        a version being written; in DIR/refused likewise
//     DIR/state/                    what was read of the logs (`LogState`)
//
// Publishing writes and syncs every file of a new directory, syncs the directory, renames it into
// place, syncs `versions`, makes a new link beside the old one, renames it over that, and syncs
// DIR. So whatever happens at any moment, `current.qaci` names a whole version that was good when
// it was written, and no step before the last rename changes what is served. An interruption can
// leave a `.new` directory or link, or a version that no link names. The next change removes the
// first two; the version is as good as any other and is removed in its turn.
//
// Invariant: only one process at a time changes a store. Reading needs no lock.

import Foundation
import QACBinary
import QACIndex
import QACText

/// A directory of published indexes.
package final class IndexStore {
  /// A published version.
  package struct Version: Sendable, Equatable {
    /// Its name: UTC time and content hash.
    package var name: String
    /// Whether the link names it.
    package var isCurrent: Bool
  }

  /// A step of a change; `fault` is called before each.
  package enum Step: String, CaseIterable, Sendable {
    case makeDirectory, writeIndex, writeReport, writePage, syncVersion, renameVersion, syncVersions
    case makeLink, renameLink, syncStore, removeOld
  }

  package static let linkName = "current.qaci"
  /// The directory's path.
  package let path: String
  /// Called before every step; if it throws, the change ends at that point, as after a crash.
  package var fault: (Step) throws(PipelineError) -> Void = { _ in }
  private let lock: FileLock

  /// Opens the store in `path` for changes; the directory is made if it is missing.
  ///
  /// - Throws: `PipelineError.storeInUse` while another process changes it.
  package init(_ path: String) throws(PipelineError) {
    self.path = path
    for directory in [path, path + "/versions"] {
      try Self.makeDirectory(directory)
    }
    do {
      lock = try FileLock(path: path + "/lock")
    } catch {
      if case .locked = error { throw .storeInUse(path: path) }
      throw PipelineError(error)
    }
    Self.removeDebris(path)
  }

  /// Makes the directory `path`, which only its owner may enter, and those above it.
  ///
  /// - Throws: `PipelineError.noDirectory`.
  static func makeDirectory(_ path: String) throws(PipelineError) {
    do {
      try PrivateDirectory.make(path)
    } catch {
      throw .noDirectory(path: path)
    }
  }

  /// The link by which the daemon finds the published index.
  package var link: String { path + "/" + Self.linkName }

  /// The directory of version `name`.
  package func directory(of name: String) -> String { "\(path)/versions/\(name)" }

  /// The path of the index of version `name`.
  package func index(of name: String) -> String { directory(of: name) + "/index.qaci" }

  /// The report of version `name`; nil if it has none that can be read.
  func report(of name: String) -> RebuildReport? {
    PipelineJSON.read(RebuildReport.self, at: directory(of: name) + "/report.json")
  }

  // MARK: Reading

  /// The name of the version that the link names; nil if there is no link.
  ///
  /// - Throws: `PipelineError.notALink` if something else has the link's name.
  package static func current(_ path: String) throws(PipelineError) -> String? {
    let link = path + "/" + linkName
    var status = stat()
    guard lstat(link, &status) == 0 else { return nil }
    let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? ""
    let parts = target.split(separator: "/")
    guard parts.count == 3, parts[0] == "versions", parts[2] == "index.qaci" else {
      throw .notALink(path: link)
    }
    return String(parts[1])
  }

  /// The versions of the store in `path`, oldest first.
  package static func versions(_ path: String) throws(PipelineError) -> [Version] {
    let current = try current(path)
    return names(in: path + "/versions").filter { !$0.hasSuffix(".new") }.sorted().map {
      Version(name: $0, isCurrent: $0 == current)
    }
  }

  /// A name for the index `bytes`, published at `now`.
  package static func name(_ bytes: [UInt8], now: Int64) -> String {
    "\(stamp(now))-\(contentHash(bytes))"
  }

  /// `now`, or the first second after the newest of `versions`, if that is of the same minute:
  /// names are in the order of publication.
  package static func time(_ now: Int64, behind versions: [Version]) -> Int64 {
    guard let newest = versions.last?.name.prefix(16) else { return now }
    return (now...now + 60).first { stamp($0) > newest } ?? now
  }

  /// 16 hexadecimal digits that stand for the content `bytes`.
  package static func contentHash(_ bytes: [UInt8]) -> String {
    let digits = String(StableHash.of(bytes, seed: 0x5EED), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// `now`, unix seconds, as `20260105T031500Z`.
  package static func stamp(_ now: Int64) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
    return formatter.string(from: Date(timeIntervalSince1970: Double(now)))
  }

  // MARK: Changes

  /// The files of a version.
  package struct Content {
    package var index: [UInt8]
    package var report: [UInt8]
    package var page: [UInt8]

    package init(index: [UInt8], report: [UInt8], page: [UInt8]) {
      self.index = index
      self.report = report
      self.page = page
    }
  }

  /// Makes version `name` of `content`, and makes the link name it.
  ///
  /// - Throws: `PipelineError`; unless the link was renamed, the served version is the same as
  ///   before.
  package func publish(_ content: Content, as name: String) throws(PipelineError) {
    _ = try Self.current(path)
    let final = directory(of: name)
    // It was published before, at the same `now`.
    if let old = try? RegularFile.contents(index(of: name)), old == content.index {
      try revise(report: content.report, page: content.page, of: name)
      return try setCurrent(name)
    }
    Self.remove(final)
    let temporary = final + ".new"
    try step(.makeDirectory, "create", at: temporary) { mkdir(temporary, 0o700) }
    try write(content.index, .writeIndex, temporary + "/index.qaci")
    try write(content.report, .writeReport, temporary + "/report.json")
    try write(content.page, .writePage, temporary + "/report.html")
    try step(.syncVersion, "sync", at: temporary) { Self.sync(temporary) }
    try step(.renameVersion, "rename to", at: final) { rename(temporary, final) }
    try step(.syncVersions, "sync", at: path + "/versions") { Self.sync(path + "/versions") }
    try setCurrent(name)
  }

  /// Replaces the report of version `name`, each of its files as one step.
  package func revise(
    report: [UInt8], page: [UInt8], of name: String
  ) throws(PipelineError) {
    try write(report, .writeReport, directory(of: name) + "/report.json")
    try write(page, .writePage, directory(of: name) + "/report.html")
  }

  /// Makes the link name version `name`.
  package func setCurrent(_ name: String) throws(PipelineError) {
    let fresh = link + ".new"
    unlink(fresh)
    try step(.makeLink, "create", at: fresh) { symlink("versions/\(name)/index.qaci", fresh) }
    try step(.renameLink, "rename to", at: link) { rename(fresh, link) }
    try step(.syncStore, "sync", at: path) { Self.sync(path) }
  }

  /// Removes all versions except the newest `count` and the current one.
  package func keep(_ count: Int) throws(PipelineError) {
    let versions = try Self.versions(path)
    for version in versions.dropLast(max(1, count)) where !version.isCurrent {
      try fault(.removeOld)
      // It is renamed first, so that half a version never has a version's name.
      let name = directory(of: version.name)
      if rename(name, name + ".new") == 0 { Self.remove(name + ".new") }
    }
    let refused = path + "/refused"
    let reports = Self.names(in: refused).filter { !$0.hasSuffix(".new") }.sorted()
    for name in reports.dropLast(max(1, count)) { Self.remove("\(refused)/\(name)") }
  }

  /// Keeps the report of a rebuild that was not published; returns its directory.
  package func refuse(
    report: [UInt8], page: [UInt8], as name: String
  ) throws(PipelineError) -> String {
    let final = "\(path)/refused/\(name)"
    let temporary = final + ".new"
    try Self.makeDirectory(temporary)
    do {
      try AtomicFile.write(report, to: temporary + "/report.json")
      try AtomicFile.write(page, to: temporary + "/report.html")
    } catch {
      throw PipelineError(error)
    }
    // A refused rebuild of the same moment and content: the newer report replaces it.
    Self.remove(final)
    if rename(temporary, final) != 0 {
      throw PipelineError(FileError.system(operation: "rename to", path: final, code: errno))
    }
    return final
  }

  /// Removes from the store in `path` what an interrupted or failed change has left.
  package static func removeDebris(_ path: String) {
    unlink("\(path)/\(linkName).new")
    for kind in ["versions", "refused"] {
      for name in names(in: "\(path)/\(kind)") where name.hasSuffix(".new") {
        remove("\(path)/\(kind)/\(name)")
      }
    }
  }

  private static func names(in directory: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
  }

  private static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }

  func step(
    _ step: Step, _ operation: String, at path: String, _ body: () -> Int32
  ) throws(PipelineError) {
    try fault(step)
    if body() != 0 {
      throw PipelineError(FileError.system(operation: operation, path: path, code: errno))
    }
  }

  func write(_ bytes: [UInt8], _ step: Step, _ path: String) throws(PipelineError) {
    try fault(step)
    do {
      try AtomicFile.write(bytes, to: path)
    } catch {
      throw PipelineError(error)
    }
  }

  static func sync(_ directory: String) -> Int32 {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { return -1 }
    defer { close(descriptor) }
    return fsync(descriptor)
  }
}
