// A log, what came after it, and the index that is built of it.
//
// Invariant: the index is built of `log` alone; requests are of `next`, which no index has seen.

import Glibc
import QACLogs

/// A log to measure on.
struct BenchLog {
  /// Names it in tables.
  var name: String
  /// What the index is built of.
  var log: String
  /// What was submitted after that.
  var next: String
  /// Where its index lies.
  var index: String

  /// The shipped log: its first nine tenths, and the rest, written into `work`.
  static func shipped(_ path: String, work: String) throws -> BenchLog {
    var lines: [String] = []
    try LogReader.forEachEvent(paths: [path]) { event in
      lines.append("\(event.session)\t\(event.time)\t\(event.query)\n")
    }
    let cut = lines.count * 9 / 10
    let log = BenchLog(
      name: "shop", log: "\(work)/shop.events.tsv", next: "\(work)/shop.next.tsv",
      index: "\(work)/shop.qaci")
    try TextFile.write(lines[..<cut].joined(), to: log.log)
    try TextFile.write(lines[cut...].joined(), to: log.next)
    return log
  }

  /// The simulated logs of `directory` (Benchmarks/geonames) of the given sizes that are there;
  /// their indexes go into `work`.
  static func geonames(_ sizes: [String], in directory: String?, work: String) -> [BenchLog] {
    if sizes.isEmpty { return [] }
    guard let directory else {
      print(
        "QAC_GEO names no directory of simulated logs: \(sizes.joined(separator: ", ")) are skipped"
      )
      return []
    }
    return sizes.compactMap { size in
      let stem = "\(directory)/geo-\(size)"
      let log = BenchLog(
        name: "geo-\(size)", log: "\(stem).events.tsv.gz", next: "\(stem).next.tsv.gz",
        index: "\(work)/geo-\(size).qaci")
      if access(log.log, R_OK) == 0, access(log.next, R_OK) == 0 { return log }
      print("\(log.log) or its .next.tsv.gz is not there: \(log.name) is skipped")
      return nil
    }
  }
}
