// The text of the configuration that `qac-index init` writes.
//
// Invariant: every key in it, commented out or not, is a flag of `qac-index rebuild`, and the file
// as it is written can be used. A test holds both.

import QACConfiguration
import QACProtocol

/// The files of a daemon.
struct StarterFiles {
  var directory: String
  var database: String
  var socket: String
}

/// Writes configurations.
enum StarterConfiguration {
  /// The configuration of a daemon for `preset`, whose files are `files`.
  static func text(_ preset: Preset, _ files: StarterFiles) -> String {
    """
    # The nightly rebuild of the index of a daemon that is started as
    #
    #     qacd --preset \(preset.rawValue)
    #
    # Every key is a flag of `qac-index rebuild` without the dashes; its --help lists all. Take the
    # # in front of a key away to use it.

    # What the daemon is for: \(preset.help).
    preset = "\(preset.rawValue)"

    # It stands for these; a key that you give takes precedence.
    \(preset.ofRebuild.map { "# \($0.name) = \(value($0.value))" }.joined(separator: "\n"))

    # Where versions of the index, reports, and what was read are kept. The daemon serves
    # current.qaci in it (--index).
    dir = \(TOMLText.quoted(files.directory))

    # What was submitted to the daemon. This is enough to begin with.
    database = \(TOMLText.quoted(files.database))

    # The daemon that is told about a new index.
    socket = \(TOMLText.quoted(files.socket))

    # Logs to learn as well, with sessions and times: files, or patterns of files.
    # log = ["\(example(preset).log)"]

    # Texts to complete from the first day on, one per line, perhaps with a tab and a weight: \
    \(example(preset).what).
    # What people submit takes over as it comes.
    # titles = ["\(example(preset).titles)"]

    # Logs of other people, whose queries are completed like titles.
    # background = ["\(example(preset).background)"]

    # Rules for what is never suggested, the daemon's --block-list.
    # block-list = "\(example(preset).rules)"

    # How many versions are kept, to go back to with `qac-index rollback`.
    # keep = 7

    """
  }

  /// A value of a flag as TOML.
  private static func value(_ text: String) -> String {
    Double(text) == nil ? TOMLText.quoted(text) : text
  }

  /// What the commented lines show.
  private static func example(
    _ preset: Preset
  ) -> (log: String, what: String, titles: String, background: String, rules: String) {
    switch preset {
    case .shop:
      (
        "/var/log/shop/queries-*.tsv.gz", "the names of\n# products", "/srv/shop/products.txt",
        "/srv/shop/other-shop.tsv.gz", "/etc/qacd/never.txt"
      )
    case .site:
      (
        "/var/log/site/searches-*.jsonl.gz", "the titles of\n# pages", "/srv/site/titles.txt",
        "/srv/site/other-site.tsv.gz", "/etc/qacd/never.txt"
      )
    case .shell:
      (
        "/home/you/history-*.tsv", "the names of\n# commands", "/usr/share/dict/commands",
        "/srv/team/commands.tsv.gz", "/home/you/.config/qacd/never.txt"
      )
    }
  }
}
