// qac-cli metrics: the figures that a monitoring system reads.

import ArgumentParser
import QACClient

struct Metrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the daemon's counters and latencies in Prometheus' text format.",
    discussion: """
      Write them to a file that a collector reads, or look at them. A daemon with --metrics-socket \
      also answers scrapers itself. docs/operations.md lists the metrics.
      """)

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let client = connection.client()
    Console.write(try Console.run { () throws(ClientError) in try client.metrics() })
  }
}
