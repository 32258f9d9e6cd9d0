// `qac-index map`, `merge` and `build --counts` on the shipped log, beside `build --log`.

import Foundation
import QACTestSupport
import Testing

@Suite(.timeLimit(.minutes(30))) struct CountingTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func run(_ arguments: [String]) throws -> Outcome {
    try Programs.run("qac-index", arguments)
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: directory.file(name)))
  }

  /// The shipped log as two plain files, cut within sessions.
  private func logs() throws -> [String] {
    let packed = Process()
    packed.executableURL = URL(fileURLWithPath: "/bin/sh")
    packed.arguments = [
      "-c",
      "gunzip -c \(Programs.repository)/data/shop-simulated.events.tsv.gz | head -n 8000 "
        + "| split -l 5000 - \(directory.path)/log-",
    ]
    try packed.run()
    packed.waitUntilExit()
    return [directory.file("log-aa"), directory.file("log-ab")]
  }

  @Test func countsTeachWhatTheLogTeaches() throws {
    let logs = try logs()
    let usual = ["--minimum-users", "2", "--epochs", "1", "--quiet"]
    let whole = try run(["build", "--out", directory.file("whole")] + usual + ["--log"] + logs)
    try #require(whole.code == 0, "\(whole.errors)")
    var parts: [String] = []
    for (i, log) in logs.enumerated() {
      for range in ["0:20000", "20000:20001", "20001:99999999"] {
        parts.append(directory.file("\(parts.count).part"))
        let outcome = try run([
          "map", "--quiet", "--log", log, "--first-number", "\(i)", "--range", range, "--out",
          parts[parts.count - 1],
        ])
        try #require(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      }
    }
    for (out, files) in [
      ("a", [parts[4], parts[1]]), ("b", [parts[5], parts[0], parts[3]]),
      ("c", [directory.file("b"), parts[2], directory.file("a")]), ("d", parts),
    ] {
      let outcome = try run(["merge", "--out", directory.file(out)] + files)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
    #expect(try bytes("c") == bytes("d"))
    for counts in [["c"], ["a", "2.part", "b"]] {
      let files = counts.map { directory.file($0) }
      let built = try run(
        ["build", "--out", directory.file("counted")] + usual + ["--counts"] + files)
      try #require(built.code == 0, "\(built.errors)")
      #expect(try bytes("counted") == bytes("whole"))
    }
  }

  @Test func wrongUsesEndWithARemedy() throws {
    let log = directory.file("log.tsv")
    try Data("a\t1\tred\n".utf8).write(to: URL(fileURLWithPath: log))
    let part = directory.file("part")
    try #require(try run(["map", "--quiet", "--log", log, "--out", part]).code == 0)
    let out = ["--out", directory.file("out")]
    func expect(_ arguments: [String], _ code: Int32, _ words: String) throws {
      let outcome = try run(arguments + out)
      #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome)")
    }
    try expect(["build", "--counts", part, "--log", log], 64, "map the log as well")
    try expect(["build", "--counts", part, "--now", "5"], 64, "to qac-index map")
    try expect(["build", "--counts", part, "--profile", "verbatim"], 1, "map all parts")
    try expect(["build", "--counts", log], 1, "make it again with qac-index map")
    try expect(["build", "--counts", directory.file("none")], 1, "none")
    try expect(["merge", part, part], 1, "name each part once")
    try expect(["merge"], 64, "file")
    try expect(["map"], 64, "--placed")
    try expect(["map", "--placed", log], 64, "--format")
    try expect(["map", "--log", log, log, "--range", "0:1"], 64, "one file")
    try expect(["map", "--log", log, "--range", "5:1"], 64, "range")
    try expect(["map", "--log", directory.file("none")], 1, "none")
    // What map lets pass is for build to judge, with all parts together.
    try Data(String(repeating: "nothing here\n", count: 50).utf8)
      .write(to: URL(fileURLWithPath: log))
    let bad = directory.file("bad")
    let mapped = try run(["map", "--format", "events", "--log", log, "--out", bad])
    #expect(mapped.code == 0 && mapped.errors == "50 lines, 50 of them bad\n", "\(mapped)")
    try expect(["build", "--counts", bad], 1, "none of 50 lines can be used")
  }
}
