// The exported files hold the evaluation's own requests. They parse back whatever the texts hold,
// and another system that reads nothing else reaches the figures of the same system in the
// evaluation.

import Foundation
import QACBinary
import QACLogs
import QACPipeline
import QACReplay
import QACTestSupport
import QACText
import QACTraining
import Testing

@Suite struct RequestExportTests {
  /// A log of seeded texts over a small alphabet that includes the characters that are escaped.
  private static func makeLog(seed: UInt64, isTimed: Bool) -> QueryLog {
    var random = SplitMix64(seed: seed)
    let alphabet = ["a", "b", "é", "名", "\t", "\n", "\r", "\\", "\\t", " "].map { Array($0.utf8) }
    var texts: Set<[UInt8]> = []
    while texts.count < 60 {
      let body = (0..<random.below(6)).flatMap { _ in alphabet[random.below(alphabet.count)] }
      texts.insert([UInt8(ascii: "a") + UInt8(random.below(3))] + body)
    }
    let sorted = texts.sorted { $0.lexicographicallyPrecedes($1) }
    var last: [UInt32: UInt32] = [:]
    let observations = (0..<600).map { i in
      let session = UInt32(i / 100 * 10 + random.below(10))
      let query = UInt32(min(random.below(60), random.below(60)))
      defer { last[session] = query }
      return Observation(
        query: query, previous: last[session] ?? QueryTable.none, session: session, user: session,
        time: isTimed ? Int64(i) * 200 : 0, count: isTimed ? 1 : UInt32(1 + random.below(4)))
    }
    return QueryLog(
      observations: observations, queries: QueryTable(normalized: sorted, surface: sorted),
      isTimed: isTimed)
  }

  /// The fields of each line of a file, as another program reads them.
  private static func fields(_ path: String) throws -> [[String]] {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.removeLast().isEmpty, "the last line ends in a newline")
    return lines.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { field in
        var text = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in field {
          if isEscaped {
            text.append(["t": "\t", "n": "\n", "r": "\r"][scalar] ?? scalar)
            isEscaped = false
          } else if scalar == "\\" {
            isEscaped = true
          } else {
            text.append(scalar)
          }
        }
        return String(text)
      }
    }
  }

  private static func export(
    _ log: QueryLog, _ options: EvaluationOptions
  ) throws -> (learn: [[String]], fit: [[String]], requests: [[String]]) {
    let directory = try TemporaryDirectory()
    let target = directory.file("new/export")
    try RequestExport.write(log, options: options, to: target)
    return try (
      fields("\(target)/learn.tsv"), fields("\(target)/fit.tsv"),
      fields("\(target)/requests.tsv")
    )
  }

  private static func options(seed: UInt64) -> EvaluationOptions {
    var options = EvaluationOptions(profile: .verbatim)
    options.seed = seed
    options.settings.epochs = 0
    options.systems = [.popular]
    return options
  }

  @Test func everyTextComesBack() throws {
    try withEvery("seed", in: UInt64(1)...20) { seed in
      let log = Self.makeLog(seed: seed, isTimed: seed % 2 == 0)
      let files = try Self.export(log, Self.options(seed: seed))
      func text(_ id: UInt32) -> String {
        String(decoding: log.queries.normalized[Int(id)], as: UTF8.self)
      }

      let split = LogSplit(log, by: log.isTimed ? .time : .hash, seed: seed)
      let learned = log.observations.indices.compactMap { i -> [String]? in
        let seen = log.observations[i]
        let count = split.count(i, in: .learn)
        let previous = seen.previous == QueryTable.none ? "" : text(seen.previous)
        return count == 0 ? nil : [previous, text(seen.query), "\(count)"]
      }
      #expect(files.learn.prefix(learned.count) == learned[...], "seed \(seed)")
      // Pairs also prove that some queries came first; StartsTests counts them.
      let starts = files.learn.dropFirst(learned.count)
      #expect(starts.isEmpty || !log.isTimed, "seed \(seed)")
      #expect(starts.allSatisfy { $0[0] == "" }, "seed \(seed)")

      // Queries of one scalar are not asked; all others of a part are, in order.
      for (part, lines) in [(LogSplit.Part.fit, files.fit), (.score, files.requests)] {
        let targets = log.observations.indices.flatMap { i in
          [String](
            repeating: text(log.observations[i].query), count: Int(split.count(i, in: part)))
        }.filter { $0.unicodeScalars.count > 1 }
        #expect(lines.map { $0[2] } == targets, "seed \(seed)")
        for line in lines {
          let typed = Array(line[1].unicodeScalars)
          #expect(line[2].unicodeScalars.starts(with: typed), "seed \(seed)")
          #expect((1..<line[2].unicodeScalars.count).contains(typed.count), "seed \(seed)")
        }
      }
    }
  }

  @Test func thePreviousQueryIsTheOneThatTheEngineTakes() throws {
    let log = Self.makeLog(seed: 7, isTimed: true)
    let lines = try Self.export(log, Self.options(seed: 7)).requests
    var expected: [String] = []
    var last: [UInt32: Observation] = [:]
    for (i, seen) in log.observations.enumerated() {
      let text = log.queries.normalized.map { String(decoding: $0, as: UTF8.self) }
      let before = last[seen.session].flatMap { seen.time - $0.time <= 1800 ? $0 : nil }
      last[seen.session] = seen
      if i >= 540, text[Int(seen.query)].unicodeScalars.count > 1 {
        expected.append(before.map { text[Int($0.query)] } ?? "")
      }
    }
    #expect(lines.map { $0[0] } == expected)
    #expect(expected.contains("") && !expected.allSatisfy(\.isEmpty))
  }

  @Test func popularCompletionFromTheFilesAloneReachesTheSameFigures() throws {
    try withEvery("seed", in: UInt64(1)...6) { seed in
      let log = Self.makeLog(seed: seed, isTimed: seed % 2 == 0)
      let options = Self.options(seed: seed)
      let result = try Evaluation.run(log, options: options)
      let files = try Self.export(log, options)

      var weights: [[UInt8]: Int] = [:]
      for line in files.learn { weights[Array(line[1].utf8), default: 0] += Int(line[2]) ?? 0 }
      let labels = weights.sorted {
        $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
      }
      var tally = Tally()
      for line in files.requests {
        let matching = labels.filter { $0.key.starts(with: line[1].utf8) }.prefix(10)
        let place = matching.firstIndex { $0.key.elementsEqual(line[2].utf8) }
        tally.add(rank: place.map { $0 + 1 }, suggestions: matching.count)
      }
      #expect(result.systems.count == 1)
      let found = try #require(result.systems.first).metrics.overall
      #expect(found.mrr10 == tally.mrr10 && found.success == tally.success, "seed \(seed)")
      #expect(found.requests == tally.requests && found.empty == tally.empty)
      #expect(tally.requests > 0 && tally.mrr10 > 0, "seed \(seed)")
    }
  }

  @Test func aDirectoryThatCannotBeMadeIsNamed() throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("taken")
    try Data().write(to: URL(fileURLWithPath: file))
    let log = Self.makeLog(seed: 1, isTimed: true)
    let error = #expect(throws: PipelineError.self) {
      try RequestExport.write(log, options: Self.options(seed: 1), to: file + "/below")
    }
    #expect(error.map { "\($0)".contains(file) && "\($0)".contains("name one") } == true)
  }

  /// The row of another system, as a file's content.
  private static func row(
    digest: String, ranks: [Int], suggestions: [Int], name: String = "pecos"
  ) throws -> Data {
    try JSONSerialization.data(
      withJSONObject: [
        "system": name, "digest": digest, "ranks": ranks, "suggestions": suggestions,
        "settings": ["depth": 1],
      ])
  }

  @Test func aRowMeasuredElsewhereHasTheFiguresOfItsRanks() throws {
    let log = Self.makeLog(seed: 3, isTimed: true)
    var options = Self.options(seed: 3)
    options.systems = [.popular, .full]
    options.resamples = 50
    let directory = try TemporaryDirectory()
    try RequestExport.write(log, options: options, to: directory.file("export"))
    let description = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: directory.file("export/export.json"))))
    let digest = try #require((description as? [String: Any])?["digest"] as? String)
    let requests = try Self.fields(directory.file("export/requests.tsv"))

    // The most popular completions again, from the files alone.
    var weights: [[UInt8]: Int] = [:]
    for line in try Self.fields(directory.file("export/learn.tsv")) {
      weights[Array(line[1].utf8), default: 0] += Int(line[2]) ?? 0
    }
    let labels = weights.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
    }
    let answers = requests.map { line in
      labels.filter { $0.key.starts(with: line[1].utf8) }.prefix(10)
    }
    let ranks = zip(answers, requests).map { answer, line in
      (answer.firstIndex { $0.key.elementsEqual(line[2].utf8) } ?? -1) + 1
    }
    let data = try Self.row(digest: digest, ranks: ranks, suggestions: answers.map(\.count))
    options.external = [try ExternalSystem(data, path: "row.json")]
    let result = try Evaluation.run(log, options: options)
    #expect(result.systems.map(\.name) == ["popular", "pecos", "full"])
    let (popular, pecos) = (result.systems[0], result.systems[1])
    #expect(popular.metrics.overall.mrr10 == pecos.metrics.overall.mrr10)
    #expect(popular.metrics.overall.success == pecos.metrics.overall.success)
    #expect(popular.metrics.overall.empty == pecos.metrics.overall.empty)
    #expect(popular.interval == pecos.interval && popular.advantage == pecos.advantage)
    let report = EvaluationReport(result, options: options)
    #expect(report.systems["pecos"]?.keys == nil)
    #expect(report.systems["pecos"]?.overall.bleuRR == nil)
    #expect(report.table.contains("\npecos "))

    // The same row for other prefixes is refused.
    options.seed = 4
    let error = #expect(throws: PipelineError.self) { try Evaluation.run(log, options: options) }
    #expect(error.map { "\($0)".contains("other requests") && "\($0)".contains(digest) } == true)
  }

  @Test func rowsThatCannotBeAreRefused() throws {
    func refusal(_ data: Data) -> String {
      do {
        _ = try ExternalSystem(data, path: "row.json")
        return ""
      } catch {
        return "\(error)"
      }
    }
    let good = try Self.row(digest: "0", ranks: [1, 0], suggestions: [10, 0])
    #expect(refusal(good).isEmpty)
    for length in 0..<good.count { #expect(refusal(good.prefix(length)).contains("row.json")) }
    let bad: [([Int], [Int], String)] = [
      ([1], [10, 0], "pecos"), ([11], [10], "pecos"), ([1], [11], "pecos"), ([1], [0], "pecos"),
      ([-1], [1], "pecos"), ([300], [10], "pecos"), ([1], [1], "full"), ([1], [1], ""),
    ]
    for (ranks, suggestions, name) in bad {
      let data = try Self.row(digest: "0", ranks: ranks, suggestions: suggestions, name: name)
      #expect(refusal(data).contains("write it again"))
    }
    #expect(throws: PipelineError.self) { try ExternalSystem(reading: "/nowhere/row.json") }
  }
}
