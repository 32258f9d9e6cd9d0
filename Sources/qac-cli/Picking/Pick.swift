// qac-cli pick: lets a person choose a line at the prompt of a shell, and prints it.
//
// The scripts of bash and fish start it when a key asks for the menu or the search; it then stays
// connected while keys are typed. zsh shows the same by itself.
//
// It prints text for the line and runs nothing. It ends with 130 if nothing was chosen, and with 69
// if the daemon does not answer within a moment, so that the script can do what the key did before.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol
import QACTerminal

struct Pick: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Choose a line at a shell's prompt; the scripts of init start it.",
    shouldDisplay: false)

  /// How long the daemon may take for its first answer.
  private static let patience = Duration.milliseconds(300)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions

  @Option(help: "The text to begin with.")
  var query = ""

  @Option(help: "The thread: this terminal.")
  var thread: String?

  @Option(help: "The present directory.")
  var place: String?

  @Option(help: "The shell, whose quoting the printed text has.")
  var shell = ShellName.bash

  @Flag(help: "Search everything that the session submitted, in place of completing.")
  var search = false

  func run() throws {
    let client = connection.own.client()
    let timeout = client.timeout
    client.timeout = Self.patience
    do throws(ClientError) {
      _ = try client.ping()
    } catch {
      throw ExitCode.unavailable
    }
    client.timeout = timeout
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else {
      Console.complain("there is no terminal to choose on; start pick from a terminal")
      throw ExitCode.failure
    }
    defer { close(terminal) }
    let finder = LineFinder(
      client: client, session: try session.name, thread: thread.flatMap { SessionName($0) },
      place: place.flatMap { Place($0) }, searches: search)
    guard let signals = Signals.install() else { throw ExitCode.failure }
    let loop = PickLoop(finder: finder, terminal: terminal, query: query)
    let chosen = loop.run(signals)
    _ = consume signals
    guard let chosen else { throw ExitCode(130) }
    Console.write(ShellQuoting.line(chosen, for: shell))
  }
}

/// How text goes into the line of a shell.
enum ShellQuoting {
  /// `text`, with control characters as quoted escapes; newlines and tabs stay.
  static func line(_ text: [UInt8], for shell: ShellName) -> String {
    var line = String.UnicodeScalarView()
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      if isControl, scalar != "\n", scalar != "\t" {
        let digits = String(scalar.value, radix: 16)
        let escape =
          (scalar.value > 0x7F ? "\\u00" : digits.utf8.count < 2 ? "\\x0" : "\\x") + digits
        line.append(contentsOf: (shell == .fish ? escape : "$'\(escape)'").unicodeScalars)
      } else {
        line.append(scalar)
      }
    }
    return String(line)
  }
}
