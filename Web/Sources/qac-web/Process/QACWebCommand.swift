// The command line of qac-web.

import ArgumentParser
import CVersion
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import QACProtocol
import QACWeb
import ServiceLifecycle
import UnixSignals

@main
struct QACWebCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qac-web",
    abstract:
      "Put a qacd daemon on the web: HTTP for pages, and the Redis protocol for back ends.",
    discussion: """
      Listens on this machine alone unless told otherwise; put it behind the site's own proxy. \
      docs/web.md says what it answers, docs/security-web.md what a stranger can and cannot do. \
      SIGTERM and SIGINT stop it after every answer is delivered.

      Exit codes: 0 stopped; 64 wrong flags; 73 a socket or the secret cannot be made; 1 anything \
      else.
      """,
    version: ProgramVersion.text(of: "qac-web", commit: String(cString: qacd_commit())))

  private static let defaults = DefaultPaths(
    environment: ProcessInfo.processInfo.environment, userID: geteuid())

  @Option(
    help: ArgumentHelp("The daemon's socket.", valueName: "path"),
    completion: .file())
  var socket: String = defaults.clientSocket { access($0, W_OK) == 0 }

  @Option(
    help: ArgumentHelp(
      "Where to listen for HTTP: an address with its port, or the path of a Unix socket for a "
        + "proxy.",
      valueName: "address"))
  var listen: String = "127.0.0.1:8181"

  @Option(
    help: ArgumentHelp(
      "A private Unix socket for the Redis protocol (FT.SUGGET, FT.SUGADD). A program that may "
        + "connect may name any session.",
      valueName: "path"),
    completion: .file())
  var resp: String?

  @Option(
    help: ArgumentHelp(
      "Where to answer GET /metrics for Prometheus: an address or a path. Keep it from strangers.",
      valueName: "address"))
  var metrics: String?

  @Option(help: ArgumentHelp("What stands before every path, such as /search.", valueName: "path"))
  var base: String = ""

  @Option(
    help: ArgumentHelp(
      "The header in which your proxy says the client's address. Without it, everything that comes "
        + "from this machine is nobody's in particular.",
      valueName: "name"))
  var addressHeader: String?

  @Option(
    help: ArgumentHelp(
      "The header in which your proxy says whose session it is, instead of a cookie. The proxy "
        + "must remove it from what clients send.",
      valueName: "name"))
  var sessionHeader: String?

  @Option(
    help: ArgumentHelp(
      "The address of a proxy on another machine, whose headers count as those of a proxy on this "
        + "one do. May be repeated.",
      valueName: "address"))
  var proxy: [String] = []

  @Option(
    help: ArgumentHelp(
      "Another origin whose pages may record and forget, such as https://shop.example. May be "
        + "repeated.",
      valueName: "origin"))
  var origin: [String] = []

  @Flag(help: "Send cookies over HTTPS alone. Set it wherever the site has HTTPS.")
  var secure = false

  @Option(
    help: ArgumentHelp(
      "The file with the secret that cookies and networks are hashed with; made if it is missing.",
      valueName: "file"),
    completion: .file())
  var secret: String =
    (defaults.database as NSString).deletingLastPathComponent + "/web.secret"

  @Option(
    help: ArgumentHelp(
      "The address that people see, such as https://shop.example/search: /opensearch.xml needs it.",
      valueName: "url"))
  var url: String?

  @Option(
    help: ArgumentHelp(
      "The page with results, with {searchTerms} in it, for /opensearch.xml.", valueName: "url"))
  var results: String?

  @Option(help: ArgumentHelp("What browsers call the search.", valueName: "name"))
  var name: String = "Search"

  @Option(
    help: ArgumentHelp("A directory whose files are served, too.", valueName: "directory"),
    completion: .directory)
  var files: String?

  @Flag(
    help: "Tell pages that ask why a completion is there. The answer tells what the index knows.")
  var allowExplain = false

  @Option(
    help: ArgumentHelp(
      "Requests per second of one session; 0 for no limit. Records get a tenth.",
      valueName: "n"))
  var sessionRate: Double = 20

  @Option(
    help: ArgumentHelp(
      "Requests per second of one network (/24 or /56); 0 for no limit. Records get a tenth.",
      valueName: "n"))
  var networkRate: Double = 200

  @Option(help: ArgumentHelp("The most connections.", valueName: "n"))
  var connections: Int = 1024

  @Option(help: ArgumentHelp("The most connections of one network.", valueName: "n"))
  var networkConnections: Int = 64

  @Option(
    help: ArgumentHelp(
      "How long the daemon may take for an answer.", valueName: "milliseconds"))
  var deadlineMs: Int64 = 1000

  @Option(help: ArgumentHelp("The number of threads.", valueName: "n"))
  var loops: Int = min(4, ProcessInfo.processInfo.activeProcessorCount)

  func validate() throws {
    func header(_ flag: String, _ name: String?) throws {
      if let name, HTTPField.Name(name) == nil {
        throw ValidationError("\(flag) must be the name of a header.")
      }
    }
    try header("--address-header", addressHeader)
    try header("--session-header", sessionHeader)
    guard base.isEmpty || base.hasPrefix("/") && !base.hasSuffix("/") else {
      throw ValidationError("--base must begin with a slash and end without one.")
    }
    guard (1...64).contains(loops) else { throw ValidationError("--loops must be from 1 to 64.") }
    guard (1...100_000).contains(connections), (1...100_000).contains(networkConnections) else {
      throw ValidationError("--connections must be from 1 to 100000.")
    }
    guard (1...60_000).contains(deadlineMs) else {
      throw ValidationError("--deadline-ms must be from 1 to 60000.")
    }
    guard sessionRate >= 0, networkRate >= 0, sessionRate.isFinite, networkRate.isFinite else {
      throw ValidationError("--session-rate and --network-rate must not be negative.")
    }
    guard (url == nil) == (results == nil), results?.contains("{searchTerms}") != false else {
      throw ValidationError("--url and --results go together; --results holds {searchTerms}.")
    }
    for proxy in proxy where NetworkAddress(proxy) == nil {
      throw ValidationError("--proxy must be an address, such as 192.0.2.7.")
    }
    for origin in origin where !origin.hasPrefix("http") || origin.hasSuffix("/") {
      throw ValidationError("--origin must be like https://shop.example, without a path.")
    }
  }

  func run() async throws {
    do {
      try await WebProcess(command: self).run()
    } catch let error as ListeningFault {
      throw Self.told(error, code: 73)
    } catch let error as SecretFault {
      throw Self.told(error, code: 73)
    } catch {
      throw Self.told(error, code: 1)
    }
  }

  private static func told(_ error: any Error, code: Int32) -> ExitCode {
    FileHandle.standardError.write(Data("qac-web: \(error)\n".utf8))
    return ExitCode(code)
  }
}
