// Logs that are divided, counted in parts and merged in any order, beside the same logs read at once.

import Foundation
import QACBinary
import QACTestSupport
import QACText
import Testing

@testable import QACLogs

struct PartialCountsTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private var options: LogReadOptions {
    var options = LogReadOptions(maximumBadShare: 1, now: 2_000_000_000)
    options.minimumSpellingUsers = 2
    return options
  }

  private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = directory.file(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// A log of events with everything that reading has to cope with: people in several files, equal
  /// times, CRLF, blank and bad lines, forms of one query, unusual bytes and secrets.
  private func events(_ random: inout SplitMix64) -> [UInt8] {
    let queries = [
      "red shoes", "Red Shoes", "red  shoes ", "réd shoes", "red", "\u{1F600} hat", "한글", "ﬁne",
      "a\u{7}b", "AKIAIOSFODNN7EXAMPLE key", "!!!", "x",
    ]
    var log: [UInt8] = random.below(3) == 0 ? [0xEF, 0xBB, 0xBF] : []
    for _ in 0..<random.below(120) {
      switch random.below(20) {
      case 0: log += Array("\n".utf8)
      case 1: log += Array("broken line\n".utf8)
      case 2: log += Array("u1\t2200000000\tlater\n".utf8)
      case 3: log += Array("u2\t\(1000 + random.below(50))\t".utf8) + [0xFF, 0xC3, 0x41, 0x0A]
      default:
        let text = "u\(random.below(6))\t\(1000 + random.below(90) * 60)\t"
        let end = random.below(5) == 0 ? "\r\n" : "\n"
        log += Array((text + queries[random.below(queries.count)] + end).utf8)
      }
    }
    log += Array("u1\t1000\tlast words".utf8)
    return log + (random.below(2) == 0 ? [0x0A] : [])
  }

  /// Ranges that cover a file of `count` bytes.
  private func ranges(_ count: Int, _ random: inout SplitMix64) -> [Range<Int64>] {
    var cuts = [0]
    for _ in 0..<random.below(6) { cuts.append(random.below(count + 1)) }
    cuts.sort()
    return cuts.indices.map { i in
      Int64(cuts[i])..<(i + 1 < cuts.count ? Int64(cuts[i + 1]) : Int64(count) + 100)
    }
  }

  /// Merges `paths` by a tree of chance.
  private func merged(_ paths: [String], _ random: inout SplitMix64) throws -> String {
    var paths = paths
    var number = 0
    repeat {
      var taken: [String] = []
      for _ in 0..<min(paths.count, 1 + random.below(3)) {
        taken.append(paths.remove(at: random.below(paths.count)))
      }
      let out = directory.file("merged-\(number)")
      number += 1
      try PartialMerge.merge(taken, to: out)
      paths.append(out)
    } while paths.count > 1
    return paths[0]
  }

  private func expectSame(_ a: QueryLog, _ b: QueryLog, _ comment: Comment) {
    #expect(a.queries.normalized == b.queries.normalized, comment)
    #expect(a.queries.surface == b.queries.surface, comment)
    #expect(a.observations == b.observations, comment)
    #expect(a.places == b.places, comment)
    #expect(a.isTimed == b.isTimed, comment)
    #expect(a.report.lines == b.report.lines, comment)
    #expect(a.report.emptyLines == b.report.emptyLines, comment)
    #expect(a.report.badReasons == b.report.badReasons, comment)
    #expect(a.report.now == b.report.now, comment)
    #expect(a.report.secrets == b.report.secrets, comment)
    #expect(a.report.sessions == b.report.sessions, comment)
    #expect(a.report.users == b.report.users, comment)
  }

  /// What was typed, by observation.
  private func typed(_ log: QueryLog) -> [[UInt8]] {
    log.typed.map { $0 == QueryTable.none ? [] : log.typedTexts[Int($0)] }
  }

  @Test func everyDivisionAndTreeGivesTheSameBytes() throws {
    try withEvery("seed", in: UInt64(0)..<60) { seed in
      var random = SplitMix64(seed: seed)
      var logs: [String] = []
      for i in 0...random.below(4) { logs.append(try write("log-\(i).tsv", events(&random))) }
      var options = options
      options.format = .events
      let whole = try LogReader.read(paths: logs, options: options)

      let one = directory.file("one")
      let parts = logs.enumerated().map { PartialMapper.Part(path: $1, number: UInt32($0)) }
      // How much a mapper remembers changes nothing.
      _ = try PartialMapper(options, mostTexts: 1 + random.below(8)).map(parts, to: one)
      var paths: [String] = []
      for (i, log) in logs.enumerated() {
        for range in ranges(try bytes(log).count, &random) {
          paths.append(directory.file("part-\(paths.count)"))
          let part = PartialMapper.Part(path: log, number: UInt32(i), range: range)
          _ = try PartialMapper(options, mostTexts: 1 + random.below(50)).map(
            [part], to: paths[paths.count - 1])
        }
      }
      let unmerged = try PartialLog.read(paths.shuffled(using: &random), options: options)
      expectSame(whole, unmerged, "unmerged, seed \(seed)")
      let out = try merged(paths, &random)
      expectSame(whole, try PartialLog.read([out], options: options), "seed \(seed)")
      #expect(try bytes(out) == bytes(one), "seed \(seed)")
    }
  }

  @Test func linesThatWereShuffledAreCountedInTheirOldOrder() throws {
    try withEvery("seed", in: UInt64(0)..<40) { seed in
      var random = SplitMix64(seed: seed)
      var lines: [(file: Int, text: String)] = []
      var logs: [String] = []
      for file in 0..<2 {
        let own = (0..<(1 + random.below(60))).map { _ in
          #"{"session_id":"s\#(random.below(4))","search_time":\#(1000 + random.below(30) * 60),"#
            + #""prefixes":["\#(random.below(3))"],"place":"/p\#(random.below(2))","#
            + #""outcome":"\#(random.below(4) == 0 ? "failed" : "ok")","#
            + #""final_search_term":"q\#(random.below(5))"}"#
        }
        lines += own.map { (file, $0) }
        logs.append(try write("log-\(file)", Array((own.joined(separator: "\n") + "\n").utf8)))
      }
      var options = options
      options.format = .jsonl
      let whole = try LogReader.read(paths: logs, options: options)
      let count = 1 + random.below(4)
      var shares = [[String]](repeating: [], count: count)
      var positions = [0, 0]
      for line in lines {
        positions[line.file] += 1 + random.below(3)
        shares[random.below(count)].append("\(line.file)\t\(positions[line.file])\t\(line.text)")
      }
      var paths: [String] = []
      for (i, share) in shares.enumerated() where !share.isEmpty {
        let text = share.shuffled(using: &random).joined(separator: "\n")
        paths.append(directory.file("part-\(i)"))
        _ = try PartialMapper(options).mapPlaced(
          try write("lines", Array(text.utf8)), names: ["log-0", "log-1"],
          to: paths[paths.count - 1])
      }
      let log = try PartialLog.read([try merged(paths, &random)], options: options)
      expectSame(whole, log, "seed \(seed)")
      #expect(typed(whole) == typed(log), "seed \(seed)")
      #expect(log.report.files.map(\.path) == ["log-0", "log-1"])
    }
  }

  @Test func countsOfPairsAreWholeNumbersFromTheStart() throws {
    let text = "\tred\t3\nred\tblue\t1.6\nAKIAIOSFODNN7EXAMPLE\tgreen\t2\nred\tRED!\t900\n"
    let log = try write("pairs.tsv", Array(text.utf8))
    var options = options
    options.format = .pairs
    options.countScale = 0.5
    options.countCap = 100
    let whole = try LogReader.read(paths: [log], options: options)
    var paths: [String] = []
    for range in [Int64(0)..<9, 9..<30, 30..<1000] {
      paths.append(directory.file("part-\(paths.count)"))
      let part = PartialMapper.Part(path: log, number: 0, range: range)
      _ = try PartialMapper(options).map([part], to: paths[paths.count - 1])
    }
    expectSame(whole, try PartialLog.read(paths, options: LogReadOptions()), "pairs")
    #expect(whole.observations.map(\.count) == [2, 1, 1, 100])
  }

  @Test func aFileThatCannotBeCutBelongsToItsFirstRange() throws {
    let text = "session,time,query\n" + (0..<50).map { "a,\(1000 + $0),\"q\n\($0)\"\n" }.joined()
    let log = try write("log.csv", Array(text.utf8))
    let whole = try LogReader.read(paths: [log], options: options)
    var paths: [String] = []
    for range in [Int64(300)..<400, 0..<300, 400..<9999] {
      paths.append(directory.file("part-\(paths.count)"))
      let part = PartialMapper.Part(path: log, number: 0, range: range)
      _ = try PartialMapper(options).map([part], to: paths[paths.count - 1])
    }
    expectSame(whole, try PartialLog.read(paths, options: options), "csv")
    #expect(whole.observations.count == 50)
  }

  // MARK: What is refused

  /// Two parts of a small log.
  private func parts(_ options: LogReadOptions) throws -> [String] {
    let text = (0..<40).map { "u\($0 % 3)\t\(1000 + $0)\tword\($0 % 7) AKIAIOSFODNN7EXAMPLE\n" }
    let log = try write("log.tsv", Array((text.joined() + "u\t1\tplain\nu\t2\tplain too\n").utf8))
    return try [Int64(0)..<700, 700..<9999].enumerated().map { i, range in
      let path = directory.file("part-\(i)")
      let part = PartialMapper.Part(path: log, number: 0, range: range)
      _ = try PartialMapper(options).map([part], to: path)
      return path
    }
  }

  @Test func secretsGoNoFurtherThanTheMapper() throws {
    let paths = try parts(options)
    for path in paths {
      let text = String(decoding: try bytes(path), as: UTF8.self)
      #expect(!text.contains("AKIA"))
    }
    #expect(try PartialLog.read(paths, options: options).report.secrets == 40)
  }

  @Test func whatDoesNotBelongTogetherIsRefused() throws {
    let paths = try parts(options)
    let out = directory.file("out")
    func reason(_ paths: [String]) -> PartialFault? {
      do {
        try PartialMerge.merge(paths, to: out)
      } catch {
        if case .partial(_, let reason) = error { return reason }
      }
      return nil
    }
    #expect(reason([paths[0], paths[0]]) == .countedTwice)
    #expect(reason([paths[1], paths[0], paths[1]]) == .countedTwice)
    var other = options
    other.keepsSecrets = true
    let pairs = try write("pairs.tsv", Array("\ta\t1\n".utf8))
    let log = try write("other.tsv", Array("u\t1\ta\n".utf8))
    for (name, options, log, number) in [
      ("settings", other, log, 0), ("pairs", options, pairs, 7), ("name", options, log, 0),
    ] as [(String, LogReadOptions, String, UInt32)] {
      let part = PartialMapper.Part(path: log, number: number)
      _ = try PartialMapper(options).map([part], to: directory.file(name))
    }
    #expect(reason([paths[0], directory.file("settings")]) == .otherSettings)
    #expect(reason([paths[0], directory.file("pairs")]) == .otherKind)
    #expect(reason([paths[1], directory.file("name")]) == .otherName)
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(throws: LogError.noFiles) { try PartialMerge.merge([], to: out) }
    let log2 = LogReadOptions(profile: .verbatim)
    #expect(throws: LogError.partial(path: paths[0], reason: .otherSettings)) {
      try PartialLog.read(paths, options: log2)
    }
  }

  @Test func everySpoiledByteIsNoticed() throws {
    let path = try parts(options)[1]
    let good = try bytes(path)
    for i in good.indices {
      for bit in [UInt8(1), 0x80] {
        var bad = good
        bad[i] ^= bit
        let spoiled = try write("spoiled", bad)
        // The settings are all that has no checksum: other ones differ from those of every file.
        if i >= 12, i < PartialSettings.byteCount, i < 16 || i >= 20 { continue }
        #expect(throws: LogError.self, "byte \(i) of \(good.count)") {
          try PartialLog.read([spoiled], options: options)
        }
      }
    }
    for count in 0..<good.count {
      let cut = try write("cut", Array(good[..<count]))
      #expect(throws: LogError.self, "cut at \(count)") {
        try PartialLog.read([cut], options: options)
      }
    }
    let longer = try write("longer", good + [0])
    #expect(throws: LogError.partial(path: longer, reason: .damaged)) {
      try PartialLog.read([longer], options: options)
    }
  }

  /// Partial counts of queries with the one before each.
  private func pairs() throws -> String {
    let log = try write("pairs.tsv", Array("red\tred hat\t3\nred\tred dye\t2\n".utf8))
    let path = directory.file("pairs")
    var options = options
    options.format = .pairs
    _ = try PartialMapper(options).map([.init(path: log, number: 0)], to: path)
    return path
  }

  /// The ranges of the parts' contents in a file of partial counts.
  private func contents(_ file: [UInt8]) -> [Range<Int>] {
    var contents: [Range<Int>] = []
    var at = PartialSettings.byteCount
    while at < file.count {
      let count = (0..<3).reduce(0) { $0 | Int(file[at + $1]) << (8 * $1) }
      contents.append((at + 8)..<(at + 8 + count))
      at += 8 + count
    }
    return contents
  }

  /// Sets the checksum of the part with `content` right.
  private func check(_ content: Range<Int>, of file: inout [UInt8]) {
    withUnsafeBytes(of: CRC32C.of(Array(file[content])).littleEndian) {
      file.replaceSubrange((content.lowerBound - 4)..<content.lowerBound, with: $0)
    }
  }

  /// Content with right checksums that no mapper wrote is refused, or read as what it says.
  @Test func contentOfStrangersEndsNoProgram() throws {
    for path in [try parts(options)[1], try pairs()] {
      let good = try bytes(path)
      let contents = contents(good)
      var refused = 0
      try withEvery("seed", in: UInt64(0)..<1500) { seed in
        var random = SplitMix64(seed: seed)
        var bytes = good
        let content = seed % 4 == 0 ? contents[contents.count - 1] : contents[0]
        for _ in 0...random.below(3) {
          let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(random.below(256))]
          bytes[content.lowerBound + random.below(content.count)] =
            values[
              random.below(values.count)]
        }
        check(content, of: &bytes)
        let spoiled = try write("spoiled", bytes)
        do {
          let log = try PartialLog.read([spoiled], options: options)
          for observation in log.observations {
            #expect(Int(observation.query) < log.queries.count, "seed \(seed)")
          }
        } catch is LogError {
          refused += 1
        }
      }
      #expect(refused > 500)
    }
  }

  /// A mapper drops what normalising leaves nothing of, so counts of it are not a mapper's.
  @Test func aFormWithoutAQueryIsRefused() throws {
    let path = try pairs()
    let good = try bytes(path)
    let hat = try #require(good.firstRange(of: Array("red hat".utf8)))
    var bad = good
    bad.replaceSubrange(hat, with: [UInt8](repeating: 0x20, count: hat.count))
    check(contents(bad)[0], of: &bad)
    let spoiled = try write("spoiled", bad)
    #expect(throws: LogError.partial(path: spoiled, reason: .impossible)) {
      try PartialLog.read([spoiled], options: options)
    }
  }

  /// One file cannot have events and counts: the events would get lost.
  @Test func countsAmongEventsAreRefused() throws {
    let (timed, counted) = (try bytes(try parts(options)[1]), try bytes(try pairs()))
    let (head, contents) = (PartialSettings.byteCount, contents(timed))
    var mixed = Array(counted[..<head]) + timed[head..<contents[0].upperBound]
    // A block of another file, so that its key is greater.
    var block = Array(counted[head..<self.contents(counted)[0].upperBound])
    block[8 + 4] = 9
    check(8..<block.count, of: &block)
    mixed += block + timed[contents[contents.count - 1].lowerBound - 8..<timed.count]
    let path = try write("mixed", mixed)
    #expect(throws: LogError.partial(path: path, reason: .impossible)) {
      try PartialLog.read([path], options: options)
    }
  }
}
