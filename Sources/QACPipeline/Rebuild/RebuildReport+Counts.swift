// What became of the events of the logs, in words: for the page and for a terminal.

import Foundation
import QACLogs

extension RebuildReport {
  /// What became of the events, one row each: name, number, remark.
  var countRows: [[String]] {
    var rows: [[String]] = [["events in the window", "\(counts.events)", ""]]
    for (name, count) in counts.faultyTexts.sorted(by: { $0.key < $1.key }) {
      rows.append(["– \(Self.title(ofFault: name))", "\(count)", ""])
    }
    rows += [
      ["– robots", "\(counts.robots)", "\(counts.robotSessions) of \(counts.sessions) sessions"],
      ["– half-typed", "\(counts.halfTyped)", "beginnings of the query that followed"],
      ["– failed", "\(counts.failed)", "also what fails for more people than not"],
      ["– repeats of the query before", "\(counts.repeats)", ""],
      ["– too few users", "\(counts.fewUsers)", ""],
      ["– too few uses", "\(counts.fewUses)", ""],
      ["– left out by decay", "\(counts.decayed)", ""],
      ["learned", "\(counts.learned)", "\(counts.learnedQueries) of \(counts.queries) queries"],
      ["before the window", "\(counts.tooOld)", "not counted above"],
      ["after now", "\(counts.tooNew)", "not counted above"],
    ]
    return rows.filter { $0[1] != "0" }
  }

  /// The fault called `name` in words.
  static func title(ofFault name: String) -> String {
    TextFault.allCases.first { $0.name == name }?.title ?? name
  }

  /// What was read and what would be learned of it, for a terminal.
  public var countsText: String {
    let lines = (countRows + itemCountRows).map { row in
      row[0].padding(toLength: 32, withPad: " ", startingAt: 0)
        + String(repeating: " ", count: max(0, 12 - row[1].count)) + row[1]
        + (row[2].isEmpty ? "" : "  " + row[2])
    }
    let times = phases.map { $0.name + String(format: " %.1f s", $0.seconds) }
    return (lines + [times.joined(separator: ", ")]).joined(separator: "\n")
  }
}

extension TextFault {
  /// The fault in words, as a row of the table names it.
  fileprivate var title: String {
    switch self {
    case .none: return "no fault"
    case .tooLong: return "query too long"
    case .blocked: return "on the block list"
    case .email: return "e-mail address"
    case .secret: return "link with a password or token"
    case .digits: return "phone, card or other long number"
    case .entropy: return "random string"
    }
  }
}
