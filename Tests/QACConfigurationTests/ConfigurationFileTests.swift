// Configuration files: what they stand for, what is refused and where, and hostile TOML.

import ArgumentParser
import Foundation
import QACBinary
import QACConfiguration
import QACTestSupport
import Testing

/// Flags of every kind that a file can set.
private struct Sample: ParsableArguments {
  enum Shade: String, CaseIterable, ExpressibleByArgument { case light, dark }

  @Option var name: String = "ann"
  @Option var maybe: String?
  @Option var count: Int = 3
  @Option var share: Double = 0.5
  @Option var shade: Shade = .light
  @Option var log: [String] = []
  @Option var allowUid: [UInt32] = []
  @Flag(inversion: .prefixedNo) var watch = false
}

@Suite struct ConfigurationFileTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("sample.toml")
  }

  private func read(_ text: String) throws -> ConfigurationFile {
    try AtomicFile.write(Array(text.utf8), to: path)
    return try ConfigurationFile(path, kinds: FlagKind.of(Sample.self), help: "sample --help")
  }

  /// The message of the error that reading `text` throws.
  private func refusal(_ text: String) -> String {
    do {
      _ = try read(text)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test func everyKindOfFlagIsAKey() throws {
    let file = try read(
      """
      name = "a \\"b\\" #c"   # a comment
      count = -4
      share = 2
      shade = 'dark'
      log = ["a", "b,c"]
      allow-uid = [1000, 1001]
      watch = true
      """)
    let sample = try Sample.parse(file.arguments(beside: []))
    #expect(sample.name == "a \"b\" #c" && sample.count == -4 && sample.share == 2)
    #expect(sample.shade == .dark && sample.log == ["a", "b,c"] && sample.watch)
    #expect(sample.allowUid == [1000, 1001] && sample.maybe == nil)
    #expect(file.line(of: "shade") == 4 && file.line(of: "maybe") == nil)
  }

  @Test func whatIsGivenTakesPrecedence() throws {
    let file = try read("count = 5\nlog = [\"a\"]\nwatch = true\nname = \"bob\"\n")
    for given in [["--count", "7"], ["--count=7"]] {
      #expect(!file.arguments(beside: given).contains { $0.hasPrefix("--count") })
      #expect(try Sample.parse(file.arguments(beside: given) + given).count == 7)
    }
    let given = ["--log", "z", "--no-watch"]
    let sample = try Sample.parse(file.arguments(beside: given) + given)
    #expect(sample.log == ["z"] && !sample.watch && sample.name == "bob" && sample.count == 5)
    // A flag whose name only begins alike is another one.
    #expect(file.arguments(beside: ["--counter=1"]).contains("--count=5"))
  }

  @Test func falseIsTheFlagLeftOut() throws {
    #expect(try !Sample.parse(read("watch = false").arguments(beside: [])).watch)
    #expect(try Sample.parse(read("").arguments(beside: [])).count == 3)
  }

  @Test(arguments: [
    (
      "count = 1\ncuont = 2\n", ["sample.toml, line 2", "unknown key cuont", "did you mean count?"]
    ),
    ("zzzzzzz = 2\n", ["line 1", "unknown key zzzzzzz", "`sample --help`"]),
    ("[server]\ncount = 1\n", ["unknown key server"]),
    ("a.count = 1\n", ["unknown key a"]),
    ("\n\ncount = \"3\"\n", ["line 3: count must be a whole number; correct it"]),
    ("count = 3.5\n", ["count must be a whole number"]),
    ("share = true\n", ["share must be a number"]),
    ("name = 3\n", ["name must be a text in quotes"]),
    ("name = ann\n", ["line 1", "name must be a text in quotes"]),
    ("name = 2026-11-30\n", ["name must be a text"]),
    ("shade = \"grey\"\n", ["shade must be \"light\" or \"dark\""]),
    ("log = [1]\n", ["log must be a list of texts"]),
    ("log = { a = 1 }\n", ["log must be a list of texts"]),
    ("allow-uid = [\"ann\"]\n", ["allow-uid must be a list of whole numbers"]),
    ("allow-uid = 1.5\n", ["allow-uid must be a list of whole numbers"]),
    ("watch = 1\n", ["watch must be true or false"]),
    ("watch = \"yes\"\n", ["watch must be true or false"]),
    ("count = 1\ncount = 2\n", ["is not TOML"]),
    ("count = 99999999999999999999\n", ["sample.toml"]),
    ("share = nan\nzz", ["sample.toml"]),
    ("= 1\n", ["is not TOML"]),
    ("name = \"a\\u0000b\"\n", ["NUL character in the key name", "remove it"]),
    ("log = [\"a\", \"\\u0000\"]\n", ["NUL character in the key log"]),
  ]) func whatCannotBeUsedIsRefused(text: String, parts: [String]) {
    let message = refusal(text)
    for part in parts { #expect(message.contains(part), "\(text): \(message)") }
    #expect(!message.contains("\n"))
  }

  @Test func filesThatAreNoTextAreRefused() throws {
    func refusal(bytes: [UInt8]) throws -> String {
      try AtomicFile.write(bytes, to: path)
      let kinds = FlagKind.of(Sample.self)
      let error = #expect(throws: ConfigurationError.self) {
        try ConfigurationFile(path, kinds: kinds, help: "h")
      }
      return error.map { "\($0)" } ?? "none"
    }
    #expect(try refusal(bytes: [0x61, 0, 0x62]).contains("NUL"))
    #expect(try refusal(bytes: [0xFF, 0xFE]).contains("UTF-8"))
    #expect(try refusal(bytes: Array(repeating: 0x23, count: 2 << 20)).contains("more than"))
    // Nested deeper than anything reads.
    let deep = "log = " + String(repeating: "[", count: 50_000)
    #expect(try refusal(bytes: Array(deep.utf8)).contains("sample.toml"))
    let missing = ConfigurationError.unreadable(
      .system(operation: "open", path: directory.file("none"), code: 2))
    #expect(throws: missing) {
      try ConfigurationFile(directory.file("none"), kinds: [:], help: "h")
    }
  }

  @Test func bytesOfAllKindsAreRefusedOrReadTheSame() throws {
    var random = SplitMix64(seed: 22)
    let good = Array("name = \"ann\"\nlog = ['a', \"b\"]\ncount = 3\nwatch = true\n".utf8)
    var read = 0
    for round in 0..<2000 {
      var bytes = good
      for _ in 0...Int(random.next() % 3) {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      do {
        let file = try ConfigurationFile(path, kinds: FlagKind.of(Sample.self), help: "h")
        _ = try Sample.parse(file.arguments(beside: []))
        read += 1
      } catch let error as ConfigurationError {
        #expect("\(error)".contains(path), "round \(round), seed 22")
      }
    }
    #expect(read > 10 && read < 1900, "\(read)")
  }

  @Test func aRefusedFlagIsNamedWithItsLine() throws {
    let file = try read("name = \"a\"\ncount = 3\n")
    let error = file.refused("--count must be from 5 to 9.")
    #expect("\(error)".contains("sample.toml, line 2 cannot be used: --count must be from 5 to 9."))
    #expect("\(file.refused("--socket is taken"))".contains("sample.toml cannot be used"))
  }
}

@Suite struct TOMLTextTests {
  @Test func whatIsWrittenIsReadAgain() throws {
    let directory = try TemporaryDirectory()
    let texts = ["", "plain", "\"\\\n\t\u{1}\u{7F}#'", "ünï ⌘ 日本", "C:\\new"]
    for text in texts {
      let path = directory.file("t.toml")
      try AtomicFile.write(Array("name = \(TOMLText.quoted(text))\n".utf8), to: path)
      let file = try ConfigurationFile(path, kinds: FlagKind.of(Sample.self), help: "h")
      #expect(try Sample.parse(file.arguments(beside: [])).name == text)
    }
  }

  @Test func valuesAreThoseOfTheFlags() throws {
    let sample = try Sample.parse(["--allow-uid", "1", "--allow-uid", "2", "--share=2", "--watch"])
    let values = Dictionary(
      uniqueKeysWithValues: TOMLText.values(of: sample).map { ($0.name, $0.value) })
    #expect(
      values == [
        "name": "\"ann\"", "maybe": nil, "count": "3", "share": "2", "shade": "\"light\"",
        "log": nil, "allow-uid": "[1, 2]", "watch": "true",
      ])
  }
}
