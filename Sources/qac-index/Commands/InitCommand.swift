// qac-index init: writes a commented configuration of the nightly rebuild.

import ArgumentParser
import Foundation
import QACBinary
import QACProtocol

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented configuration for the nightly rebuild of a daemon.",
    discussion: """
        qac-index init shop

      The file names the daemon's own database and socket, so that rebuilds learn what is submitted \
      to it, and nothing else is needed. `qac-index rebuild --config FILE` reads it. A file that \
      exists is not changed.
      """)

  private static let paths = DefaultPaths(
    environment: ProcessInfo.processInfo.environment, userID: getuid())

  @Argument(help: ArgumentHelp("What the daemon is for.", valueName: "preset"))
  var preset: Preset

  @Option(
    help: ArgumentHelp("The file to write; its directory is made.", valueName: "file.toml"),
    completion: .file())
  var out: String = paths.configuration

  @Option(help: StoreHelp.directory, completion: .directory)
  var dir: String = RebuildOptions.defaultDirectory

  @Option(
    help: ArgumentHelp("The database of the daemon, its --database.", valueName: "file"),
    completion: .file())
  var database: String = paths.database

  @Option(
    help: ArgumentHelp("The socket of the daemon, its --socket.", valueName: "path"),
    completion: .file())
  var socket: String = paths.socket

  func run() throws {
    // Paths stand in the file as they are seen from anywhere.
    let files = StarterFiles(
      directory: Self.absolute(dir), database: Self.absolute(database),
      socket: Self.absolute(socket))
    do {
      if access(out, F_OK) == 0 { throw StarterError.exists(path: out) }
      if let end = out.lastIndex(of: "/"), end > out.startIndex {
        try PrivateDirectory.make(String(out[..<end]))
      }
      try AtomicFile.write(Array(StarterConfiguration.text(preset, files).utf8), to: out)
    } catch {
      printError("Error: \(error)")
      throw ExitCode(1)
    }
    print(
      """
      wrote \(out)
      start the daemon:  qacd --preset \(preset.rawValue)
      and every night:   qac-index rebuild --config \(out)
      """)
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}

/// Why no configuration was written.
enum StarterError: Error, CustomStringConvertible {
  case exists(path: String)

  var description: String {
    switch self {
    case .exists(let path):
      return "\(path) exists and is not changed; move it away, or name another file with --out"
    }
  }
}
