// Moments on the command line: unix seconds, or a span of time before or after now.

import ArgumentParser
import Glibc
import QACProtocol

/// What a moment says: unix seconds, or a span such as 90s, 30m, 2h or 7d.
private struct Moment {
  var seconds: Int64
  var isSpan: Bool

  init?(_ argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Int64(unit == nil ? argument[...] : argument.dropLast()),
      (0...ProtocolLimits.maximumTime).contains(number)
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    seconds = overflow ? ProtocolLimits.maximumTime : min(product, ProtocolLimits.maximumTime)
    isSpan = unit != nil
  }
}

/// A moment on the command line: unix seconds, or how long ago.
struct PastTime: ExpressibleByArgument {
  var seconds: Int64

  init?(argument: String) {
    guard let moment = Moment(argument) else { return nil }
    seconds = moment.isSpan ? max(0, Int64(time(nil)) - moment.seconds) : moment.seconds
  }
}

/// A moment on the command line: unix seconds, or how long from now.
struct FutureTime: ExpressibleByArgument {
  var seconds: Int64

  init?(argument: String) {
    guard let moment = Moment(argument) else { return nil }
    seconds =
      moment.isSpan
      ? min(Int64(time(nil)) + moment.seconds, ProtocolLimits.maximumTime) : moment.seconds
  }
}
