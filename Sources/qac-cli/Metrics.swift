// qac-cli metrics: what a monitoring system reads of the daemon.

import ArgumentParser
import QACClient

struct Metrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the daemon's counters and latencies in Prometheus' text format.",
    discussion: """
      For a file that a collector reads, or to look at; a daemon with --metrics-socket answers a scraper itself. \
      docs/operations.md lists what there is.
      """)

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let client = connection.client()
    Console.write(try Console.run { () throws(ClientError) in try client.metrics() })
  }
}
