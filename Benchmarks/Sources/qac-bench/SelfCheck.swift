// Proves that the load generator sees what it is there to see: a server that stands still.
//
// A known-bad case: an echo that sleeps once. A generator that waited for the answer before it sent
// on would see one slow request; one that keeps its schedule sees all that were due meanwhile.

/// Checks the load generator on a known-bad server.
enum SelfCheck {
  private static let rate = 1_000.0
  private static let stallMilliseconds = 200

  static func run(work: String) throws {
    let server = try Server.echo(work: work, stall: stallMilliseconds)
    defer { server.process.stop() }
    let stream = RequestStream(lines: ["{}\n"])
    let generator = try LoadGenerator([stream], matching: server.matching, path: server.path)
    let result = generator.run(.rate(rate), seconds: 0.5)
    // One request a millisecond; those of the last 10 ms of the stall are not slow.
    let expected = stallMilliseconds * 3 / 4
    if result.slow < expected {
      throw BenchError.stallNotSeen(slow: result.slow, expected: expected)
    }
    if result.lost > 0 || result.errors > 0 {
      throw BenchError.notServing(program: "echo", path: server.path)
    }
  }
}
