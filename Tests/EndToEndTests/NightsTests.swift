// Fourteen nights of a shop whose vocabulary drifts, with a daemon that is in use all the time.
//
// The built programs rebuild in simulated time from daily files. One file is damaged, one holds
// garbage, one rebuild is killed half-way, and one finds the disk full. Run against optimised
// programs (QAC_BIN_DIR), as CI does; QAC_NIGHTS_USERS sets the number of people (make nights).

import Foundation
import QACBinary
import QACClient
import QACEngine
import QACIndex
import QACLogs
import QACProtocol
import QACReplay
import QACSimulator
import QACTestSupport
import QACText
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(60))) struct NightsTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let users = environment["QAC_NIGHTS_USERS"].flatMap { Int($0) } ?? 500
  private static let isOptimised = environment["QAC_BIN_DIR"] != nil

  /// A shop's search log whose people are replaced by those of another shop, a few each day.
  struct DriftingShop {
    static let start: Int64 = 1_767_571_200
    /// The lines of each day.
    private(set) var days: [[String]]

    /// The first of `days` holds a week.
    init(users: Int, days count: Int) throws {
      var days: [[String]] = Array(repeating: [], count: count)
      for shop in 0..<2 {
        let simulator = try ShopSimulator(
          options: .init(users: users, days: count, labels: 1500, seed: UInt64(shop) + 1))
        var text: [UInt8] = []
        simulator.write { text.append(contentsOf: $0) }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
          let columns = line.split(separator: "\t")
          guard let time = Int64(columns[1]), let user = Int(columns[0].dropFirst()) else {
            continue
          }
          let day = Int((time - Self.start) / 86_400)
          // The last visits of a day may end on the next one.
          guard days.indices.contains(day), (user * 7919 % count > day) == (shop == 0) else {
            continue
          }
          days[day].append("\(shop)\(line)")
        }
      }
      for day in days.indices {
        days[day].sort { Self.time($0) < Self.time($1) }
      }
      self.days = [Array(days[..<7].joined())] + days[7...]
    }

    private static func time(_ line: String) -> Int64 {
      Int64(line.split(separator: "\t")[1]) ?? 0
    }
  }

  /// Uses the daemon from a thread of its own until it is stopped.
  final class Usage: Sendable {
    private struct State {
      var isStopped = false
      var requests = 0
      var failures: [String] = []
    }
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    init(socket: String, queries: [String]) {
      Thread.detachNewThread { [self] in
        let client = Client(socketPath: socket, timeout: .seconds(60))
        var random = SplitMix64(seed: 3)
        while !state.withLock({ $0.isStopped }) {
          let query = queries[random.below(queries.count)]
          let session = "s\(random.below(20))"
          var failure: String?
          do {
            if random.below(10) == 0 {
              try client.record(query, session: session)
            } else {
              _ = try client.texts(String(query.prefix(1 + random.below(6))), session: session)
            }
          } catch { failure = "\(error)" }
          state.withLock {
            $0.requests += 1
            if let failure { $0.failures.append(failure) }
          }
        }
        ended.signal()
      }
    }

    /// Stops; returns the number of requests, and why any failed.
    func stop() -> (requests: Int, failures: [String]) {
      state.withLock { $0.isStopped = true }
      ended.wait()
      return state.withLock { ($0.requests, $0.failures) }
    }
  }

  /// A store, its daily logs, and the rebuilds of it.
  struct Site {
    let directory: TemporaryDirectory
    var store: String { directory.file("store") }
    var link: String { store + "/current.qaci" }

    func log(_ day: Int) -> String { directory.file("day-\(day < 10 ? "0" : "")\(day).tsv") }

    func write(_ lines: [String], day: Int) throws {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(
        to: URL(fileURLWithPath: log(day)))
    }

    func arguments(_ night: Int, socket: String?) -> [String] {
      let now = DriftingShop.start + Int64(night + 7) * 86_400 + 3 * 3600
      var arguments = ["rebuild", "--config", directory.file("rebuild.toml"), "--now", "\(now)"]
      if let socket { arguments += ["--socket", socket] }
      return arguments
    }

    func copyServed(to path: String) throws {
      // The file, not the link.
      try Data(contentsOf: URL(fileURLWithPath: link)).write(to: URL(fileURLWithPath: path))
    }

    func served() throws -> String { try LabelIndex(opening: link).identity }
  }

  @Test(.enabled(if: NightsTests.isOptimised, "needs optimised programs in QAC_BIN_DIR"))
  func fourteenNights() throws {
    // A week to begin with, and one day each night.
    let shop = try DriftingShop(users: Self.users, days: 21)
    let site = Site(directory: try TemporaryDirectory())
    let configuration = """
      dir = "\(site.store)"
      log = ["\(site.directory.file("day-*.tsv"))"]
      margin = \(Self.users < 2000 ? 0.12 : 0.01)
      keep = 20
      minimum-requests = 50
      maximum-requests = 400
      """
    try Data(configuration.utf8).write(
      to: URL(fileURLWithPath: site.directory.file("rebuild.toml")))

    try site.write(shop.days[0], day: 0)
    let first = try Programs.run("qac-index", site.arguments(0, socket: nil))
    try #require(first.code == 0, "\(first.errors)")
    let neverRebuilt = site.directory.file("first.qaci")
    try site.copyServed(to: neverRebuilt)

    let files = try DaemonFiles(index: site.link)
    let daemon = try files.start()
    let queries = shop.days[0].map { String($0.split(separator: "\t")[2]) }
    let usage = Usage(socket: files.socket, queries: queries)
    var advantages: [Advantage] = []
    for night in 1..<14 {
      let before = try site.served()
      try site.write(shop.days[night], day: night)
      try rebuild(site, night, shop.days[night], site.arguments(night, socket: files.socket))
      let after = try site.served()
      #expect((after == before) == Self.badNights.contains(night), "night \(night)")
      let status = try files.client().status()
      #expect(
        status["index"]?.utf8.map { String(decoding: $0, as: UTF8.self) } == after)
      if [3, 8, 13].contains(night) {
        advantages.append(
          try advantage(of: site.link, over: neverRebuilt, on: shop.days[night + 1], limit: 80))
      }
    }
    let (requests, failures) = usage.stop()
    #expect(failures.isEmpty, "\(failures.prefix(3))")
    #expect(requests > 100)
    let gains = advantages.map(\.mean)
    #expect(gains[0] > 0 && gains[2] > gains[0] + 0.05, "\(gains)")
    daemon.stop()
    let listed = try Programs.run("qac-index", ["list", "--dir", site.store])
    #expect(listed.output.split(separator: "\n").count == 1 + 10, "\(listed.output)")

    // Back to the previous version, with no daemon to tell.
    let back = try Programs.run(
      "qac-index", ["rollback", "--dir", site.store, "--socket", files.socket])
    #expect(back.code == 69, "\(back.errors)")
  }

  /// The last days of a real log, night by night, with the same mishaps; prints a table for
  /// docs/evaluation.md.
  @Test(
    .enabled(
      if: NightsTests.isOptimised && NightsTests.environment["QAC_NIGHTS_LOG"] != nil,
      "needs QAC_BIN_DIR, and a log of events in QAC_NIGHTS_LOG"))
  func fourteenNightsOfALog() throws {
    let path = try #require(Self.environment["QAC_NIGHTS_LOG"])
    var days: [Int64: [String]] = [:]
    try LogReader.forEachEvent(paths: [path], options: LogReadOptions(format: .events)) { event in
      days[event.time / 86_400, default: []].append(
        "\(event.session)\t\(event.time)\t\(event.query)")
    }
    let order = days.keys.sorted()
    try #require(order.count > 15, "the log has too few days")
    let last = order.suffix(16)
    let site = Site(directory: try TemporaryDirectory())
    // An invoice is a session, and all of its lines have one time.
    let configuration = """
      dir = "\(site.store)"
      log = ["\(site.directory.file("day-*.tsv"))"]
      minimum-users = 3
      robot-minute = 0
      robot-session = 0
      fold-seconds = -1
      personal-data = "off"
      maximum-requests = 1000
      keep = 20
      """
    try Data(configuration.utf8).write(
      to: URL(fileURLWithPath: site.directory.file("rebuild.toml")))
    try site.write(order.dropLast(15).flatMap { days[$0] ?? [] }, day: 0)
    let neverRebuilt = site.directory.file("first.qaci")
    print(
      "| night | events | mishap | decision | MRR@10 new | served | popular "
        + "| above never rebuilt, day after (95 %) |\n|---|---|---|---|---|---|---|---|")
    var gains: [Double] = []
    for (night, day) in last.dropLast().enumerated() {
      let lines = days[day] ?? []
      let arguments = [
        "rebuild", "--config", site.directory.file("rebuild.toml"), "--now",
        "\((day + 1) * 86_400 + 10_800)",
      ]
      let before = try? site.served()
      if night > 0 { try site.write(lines, day: night) }
      try rebuild(site, night, lines, arguments)
      let after = try site.served()
      #expect((after == before) == Self.badNights.contains(night), "night \(night)")
      if night == 0 { try site.copyServed(to: neverRebuilt) }
      let next = order[(order.firstIndex(of: day) ?? 0) + 1]
      let gain = try advantage(of: site.link, over: neverRebuilt, on: days[next] ?? [], limit: 1000)
      gains.append(gain.mean)
      let mishap = [4: "damaged file", 7: "garbage", 9: "killed", 11: "full disk"][night] ?? ""
      // A rebuild that is killed or finds no room leaves no report.
      let report = [9, 11].contains(night) ? nil : try newestReport(site)
      print(
        "| \(night) | \(lines.count) | \(mishap) | \(Self.row(report)) | "
          + String(format: "%+.4f (%+.3f to %+.3f) |", gain.mean, gain.low, gain.high))
    }
    // As the log goes on, an index that is never rebuilt falls behind.
    #expect(gains.suffix(5).reduce(0, +) > gains.prefix(5).reduce(0, +), "\(gains)")
    if let copy = Self.environment["QAC_NIGHTS_KEEP"] {
      try FileManager.default.copyItem(atPath: site.store, toPath: copy)
    }
  }

  /// Decision and figures of a report as columns of a table.
  private static func row(_ report: JSONValue?) -> String {
    guard let report else { return "none | | | " }
    let systems = report["judgement"]?["systems"]?.elements ?? []
    let figures = ["new", "served", "popular"].map { name in
      systems.first { $0["name"]?.utf8.map { Array(name.utf8) == $0 } == true }?["mrr10"]?.number
        .map { String(format: "%.4f", $0) } ?? "-"
    }
    let decision = report["decision"]?.utf8.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    return ([decision] + figures).joined(separator: " | ")
  }

  /// The report that was written last, published or not.
  private func newestReport(_ site: Site) throws -> JSONValue {
    let manager = FileManager.default
    let names = ["versions", "refused"].flatMap { kind in
      ((try? manager.contentsOfDirectory(atPath: "\(site.store)/\(kind)")) ?? []).map {
        (name: $0, path: "\(site.store)/\(kind)/\($0)/report.json")
      }
    }
    let newest = try #require(names.max { $0.name < $1.name })
    return try JSONValue(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: newest.path))))
  }

  /// Nights after which the same version is served as before.
  private static let badNights: Set = [4, 7, 9, 11]

  /// The rebuild of one night, with a mishap on some; the damage is repaired afterwards.
  private func rebuild(
    _ site: Site, _ night: Int, _ lines: [String], _ arguments: [String]
  ) throws {
    switch night {
    case 4:
      // A damaged file.
      let packed = GzipWriter.pack(Array(lines.joined(separator: "\n").utf8))
      try Data(packed.dropLast(100)).write(to: URL(fileURLWithPath: site.log(night)))
      let outcome = try Programs.run("qac-index", arguments)
      #expect(outcome.code == 65 && outcome.errors.contains("left out"), "\(outcome.errors)")
      try site.write(lines, day: night)
    case 7:
      // Something other than queries.
      var random = SplitMix64(seed: 7)
      let garbage = lines.map { line in
        let columns = line.split(separator: "\t")
        return "\(columns[0])\t\(columns[1])\t\(String(random.next() >> 24, radix: 36))"
      }
      try site.write(garbage, day: night)
      let outcome = try Programs.run("qac-index", arguments)
      #expect(outcome.code == 20 && outcome.errors.contains("coverage"), "\(outcome.errors)")
      try site.write(lines, day: night)
    case 9:
      let code = try killHalfWay(site, arguments)
      #expect(code == 128 + SIGKILL)
    case 11:
      // A disk without room for the index; a limit on the size of files stands for it.
      let script = "trap '' XFSZ; ulimit -f 150; exec \"$@\""
      let outcome = try Programs.run(
        "/bin/sh", ["-c", script, "sh", try Programs.path("qac-index")] + arguments)
      #expect(outcome.code == 1 && outcome.errors.contains("cannot write"), "\(outcome.errors)")
    default:
      let outcome = try Programs.run("qac-index", arguments)
      #expect(outcome.code == 0, "night \(night): \(outcome.errors)")
    }
  }

  /// Kills a rebuild when it begins to build, and returns its exit code; another one cannot run at
  /// the same time.
  private func killHalfWay(_ site: Site, _ arguments: [String]) throws -> Int32 {
    let pipe = site.directory.file("errors")
    try #require(mkfifo(pipe, 0o600) == 0)
    let reader = open(pipe, O_RDWR | O_CLOEXEC)
    defer { close(reader) }
    let child = try Child(
      program: Programs.path("qac-index"), arguments, output: "/dev/null", errors: pipe)
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 512)
    while !text.contains("build: started") {
      let count = read(reader, &buffer, buffer.count)
      try #require(count > 0)
      text += String(decoding: buffer[..<count], as: UTF8.self)
      try #require(!text.contains("Error"), "\(text)")
    }
    child.signal(SIGSTOP)
    let second = try Programs.run("qac-index", arguments)
    #expect(second.code == 75 && second.errors.contains("wait for its end"), "\(second.errors)")
    child.signal(SIGKILL)
    return child.wait()
  }

  /// By how much an index is better in MRR@10 than another, with the paired 95 % bootstrap interval
  /// over people.
  private struct Advantage {
    var mean = 0.0
    var low = 0.0
    var high = 0.0
  }

  /// By how much the index at `path` is better in MRR@10 than another on a day's queries.
  private func advantage(
    of path: String, over other: String, on day: [String], limit: Int
  ) throws -> Advantage {
    let directory = try TemporaryDirectory()
    try Data((day.joined(separator: "\n") + "\n").utf8).write(
      to: URL(fileURLWithPath: directory.file("day")))
    let log = try LogReader.read(
      paths: [directory.file("day")], options: LogReadOptions(format: .events))
    let split = LogSplit(log, learning: 0)
    let replay = LogReplay(log, split: split, protocol: .offline, seed: 1)
    let runners = try [path, other].map {
      KeyedReplay.Runner(
        name: $0, engine: try CompletionEngine(index: LabelIndex(opening: $0)), overlay: nil)
    }
    let keyed = KeyedReplay(
      replay, runners: runners, baselines: Baselines(log, split: split), limit: limit)
    let ranks = keyed.systems.map(\.reciprocalRanks)
    let users = keyed.observations.map { log.observations[$0].user }
    let differences = zip(ranks[0], ranks[1]).map { $0 - $1 }
    let interval = Bootstrap(clusters: users, seed: 1).interval(of: differences)
    return Advantage(
      mean: keyed.systems[0].mrr10 - keyed.systems[1].mrr10, low: interval?.low ?? 0,
      high: interval?.high ?? 0)
  }
}
