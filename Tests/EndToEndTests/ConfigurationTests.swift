// The daemon's configuration file: where it is found, what takes precedence, and what is refused.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(10))) struct ConfigurationTests {
  private let home: TemporaryDirectory

  init() throws {
    home = try TemporaryDirectory()
  }

  private func write(_ text: String, _ name: String = "qacd.toml") throws -> String {
    let path = home.file(name)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Outcome {
    let own = ["HOME": home.path, "XDG_RUNTIME_DIR": home.path, "XDG_CONFIG_HOME": ""]
    return try Programs.run("qacd", arguments, environment: own.merging(environment) { $1 })
  }

  /// The printed settings by name, each with its value and where it is from.
  private func settings(
    _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> [String: String] {
    let outcome = try run(arguments + ["--print-config"], environment)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.matches(of: /\n([a-z-]+) = (.*)/)
    return Dictionary(uniqueKeysWithValues: lines.map { (String($0.1), String($0.2)) })
  }

  @Test func eachSettingSaysWhenceItIs() throws {
    let path = try write(
      "preset = \"shop\"\nlimit = 7\nkeep-days = 30\nwatch = true\nallow-uid = [12]\n")
    let found = try settings(["--config", path, "--limit", "8"])
    #expect(found["limit"] == "8  # command line")
    #expect(found["keep-days"] == "30  # \(path), line 3")
    #expect(found["live-sessions"] == "3  # preset shop")
    #expect(found["slow-ms"] == "50  # default")
    #expect(found["allow-uid"] == "[12]  # \(path), line 5")
    #expect(found["watch"] == "true  # \(path), line 4")
    #expect(try settings(["--config", path, "--no-watch"])["watch"] == "false  # command line")
    // The file's word counts more than that of a preset, wherever the preset is named.
    let other = try settings(["--config", path, "--preset=site"])
    #expect(other["preset"] == "\"site\"  # command line")
    #expect(other["keep-days"] == "30  # \(path), line 3")
  }

  @Test func whatIsPrintedGivesTheSameSettings() throws {
    let socket = home.file("a \"b\" #c")
    let printed = try run([
      "--config", "none", "--preset", "shell", "--socket", socket, "--idle-exit", "0.5", "--watch",
      "--allow-uid", "3", "--allow-uid", "4", "--clock", "client", "--print-config",
    ])
    #expect(printed.code == 0)
    func values(_ text: String) -> [String] {
      text.split(separator: "\n").filter { $0.contains(" = ") }.map {
        String($0.components(separatedBy: "  # ").dropLast().joined(separator: "  # "))
      }
    }
    let again = try run(["--config", write(printed.output), "--print-config"])
    #expect(again.code == 0, "\(again.errors)")
    #expect(values(again.output) == values(printed.output))
    #expect(values(again.output).count > 15)
  }

  @Test func theUsualFileIsRead() throws {
    #expect(try settings([])["limit"] == "10  # default")
    let own = try write("limit = 3\n", ".config/qacd/qacd.toml")
    let system = try write("limit = 4\n", "etc/qacd.toml")
    let config = try write("limit = 5\n", "config/qacd/qacd.toml")
    // A system user, such as one that a sandbox gives, reads another file.
    guard geteuid() == 0 || geteuid() > 999 else { return }
    #expect(try settings([])["limit"] == "3  # \(own), line 1")
    #expect(
      try settings([], ["XDG_CONFIG_HOME": home.file("config")])["limit"]
        == "5  # \(config), line 1")
    #expect(
      try settings([], ["CONFIGURATION_DIRECTORY": home.file("etc")])["limit"]
        == "4  # \(system), line 1")
    #expect(try settings(["--config", "none"])["limit"] == "10  # default")
    #expect(try settings(["--config", system])["limit"] == "4  # \(system), line 1")
  }

  @Test(arguments: [
    ("limmit = 3", "unknown key limmit; did you mean limit?"),
    ("limit = \"3\"", "line 1: limit must be a whole number"),
    ("limit = 1000", "line 1 cannot be used: --limit must be from 1 to 100"),
    ("\nkeep-events = 3", "line 2 cannot be used: --keep-events must be 0 or at least 8"),
    ("allow-uid = [-1]", "--allow-uid"), ("preset = \"zoo\"", "preset must be \"shop\""),
    ("config = \"other.toml\"", "unknown key config"), ("check = true", "unknown key check"),
    ("socket = \"\"", "--socket must name a file"), ("socket = \"a\\u0000b\"", "NUL"),
    ("limit = 3\nlimit = 4", "not TOML"),
  ]) func whatCannotBeUsedIsRefused(text: String, part: String) throws {
    let path = try write(text + "\n")
    let database = home.file("state/s.sqlite")
    for more in [[], ["--print-config"]] {
      let outcome = try run(["--config", path, "--database", database] + more)
      #expect(outcome.code == 78 && outcome.output.isEmpty, "\(outcome)")
      #expect(outcome.errors.hasPrefix("qacd: the configuration \(path)"), "\(outcome.errors)")
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: database))
  }

  @Test func aNamedFileMustBeThere() throws {
    let outcome = try run(["--config", home.file("none.toml"), "--print-config"])
    #expect(outcome.code == 78 && outcome.errors.contains("none.toml"))
    // Wrong flags are wrong flags, whatever the file says.
    #expect(try run(["--config", write("limit = 3"), "--limit", "0"]).code == 64)
    #expect(try run(["--check", "--print-config"]).code == 64)
    #expect(try run(["--json"]).code == 64)
  }

  @Test func theDaemonServesByTheFile() throws {
    let files = try DaemonFiles()
    let path = try write("limit = 2\n")
    func count(_ more: [String]) throws -> Int {
      let daemon = try files.start(["--config", path] + more)
      let completion = try files.client().complete(.init(context: .none, prefix: Array("ru".utf8)))
      daemon.stop()
      return completion.suggestions.count
    }
    #expect(try count([]) == 2)
    #expect(try count(["--limit", "3"]) == 3)
  }
}
