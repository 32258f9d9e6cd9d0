// Cuts a line of an access log into its parts.
//
//     203.0.113.9 - - [30/Nov/2026:08:00:00 +0000] "GET /search?q=shoes HTTP/1.1" 200 512
//     "https://shop.example/" "Mozilla/5.0"                  (on the same line: combined)
//
// A name of a server and a port before the address (vhost_combined) are accepted.
// Source: https://httpd.apache.org/docs/2.4/logs.html, "Common Log Format" and "Combined".

/// The parts of one line; borrowed.
struct AccessLine {
  var address: UnsafeBufferPointer<UInt8>
  /// Unix seconds.
  var time: Int64
  var method: UnsafeBufferPointer<UInt8>
  /// The address that was asked for.
  var target: UnsafeBufferPointer<UInt8>
  var status: Int64
  /// The program that asked; empty in the common format.
  var agent: UnsafeBufferPointer<UInt8>

  /// Cuts `line`; nil if it is not of an access log.
  init?(_ line: UnsafeBufferPointer<UInt8>) {
    guard let open = line.firstIndex(of: 0x5B),
      let close = line[open...].firstIndex(of: 0x5D),
      let time = NumberParser.accessTime(.init(rebasing: line[(open + 1)..<close])),
      let address = Self.address(.init(rebasing: line[..<open]))
    else { return nil }
    self.time = time
    self.address = address
    var rest = UnsafeBufferPointer(rebasing: line[(close + 1)...])
    guard let request = Self.quoted(&rest), let status = Self.word(&rest),
      let code = NumberParser.time(status), (100...599).contains(code)
    else { return nil }
    self.status = code
    method = .init(rebasing: request.prefix { $0 != 0x20 })
    let target = request.dropFirst(method.count + 1)
    self.target = .init(rebasing: target.prefix { $0 != 0x20 })
    _ = Self.word(&rest)
    _ = Self.quoted(&rest)
    agent = Self.quoted(&rest) ?? .init(rebasing: line[..<0])
  }

  /// Makes a line of its parts. `request` is an address, or a whole request such as
  /// `GET /search HTTP/1.1`.
  init(
    address: UnsafeBufferPointer<UInt8>, time: Int64, method: UnsafeBufferPointer<UInt8>,
    request: UnsafeBufferPointer<UInt8>, status: Int64, agent: UnsafeBufferPointer<UInt8>
  ) {
    self.address = address
    self.time = time
    self.status = status
    self.agent = agent
    let first = UnsafeBufferPointer(rebasing: request.prefix { $0 != 0x20 })
    if first.count < request.count, !first.contains(0x2F) {
      let rest = request.dropFirst(first.count + 1)
      self.method = first
      target = .init(rebasing: rest.prefix { $0 != 0x20 })
    } else {
      self.method = method
      target = first
    }
  }

  /// The address in `text`, which ends with two more words.
  private static func address(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var rest = text
    guard let first = word(&rest), let second = word(&rest), word(&rest) != nil else { return nil }
    // "shop.example:443 203.0.113.9 - -"
    return word(&rest) != nil && first.contains(0x3A) ? second : first
  }

  /// Takes a word off the beginning of `text`.
  private static func word(
    _ text: inout UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    let start = text.firstIndex { $0 != 0x20 } ?? text.count
    let end = text[start...].firstIndex(of: 0x20) ?? text.count
    defer { text = .init(rebasing: text[end...]) }
    return start < end ? .init(rebasing: text[start..<end]) : nil
  }

  /// Takes a text in quotes off the beginning of `text`; a backslash there is for the byte after it.
  private static func quoted(
    _ text: inout UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    guard let start = text.firstIndex(where: { $0 != 0x20 }), text[start] == 0x22 else {
      return nil
    }
    var end = start + 1
    while end < text.count, text[end] != 0x22 { end += text[end] == 0x5C ? 2 : 1 }
    guard end < text.count else { return nil }
    defer { text = .init(rebasing: text[(end + 1)...]) }
    return .init(rebasing: text[(start + 1)..<end])
  }
}

/// What a request of a search says about itself.
enum RequestKind {
  /// Why a request is not learned from; nil if it can be.
  static func omission(
    method: UnsafeBufferPointer<UInt8>, status: Int64, agent: UnsafeBufferPointer<UInt8>
  ) -> LogOmission? {
    if !method.isEmpty, !method.elementsEqual("GET".utf8), !method.elementsEqual("POST".utf8) {
      return .noQuery
    }
    if status >= 400 { return .failedRequest }
    return isRobot(agent) ? .robot : nil
  }

  /// Whether the agent is a program that no person types into.
  static func isRobot(_ agent: UnsafeBufferPointer<UInt8>) -> Bool {
    for i in agent.indices {
      let letter = agent[i] | 0x20
      guard firstLetters.contains(letter) else { continue }
      for name in robots where name.utf8.first == letter {
        guard i + name.utf8.count <= agent.count else { continue }
        if zip(agent[i...], name.utf8).allSatisfy({ $0 | 0x20 == $1 }) { return true }
      }
    }
    return false
  }

  /// Parts of agents' names, in lower case and of letters only, so that `| 0x20` compares them.
  private static let robots = [
    "bot", "crawl", "spider", "slurp", "archiver", "facebookexternalhit", "monitor", "uptime",
    "pingdom", "lighthouse", "headless", "phantomjs", "curl", "wget", "python", "libwww",
    "httpclient", "okhttp", "axios", "scrapy", "scanner", "nagios", "zabbix", "feedfetcher",
  ]
  private static let firstLetters = Set(robots.compactMap(\.utf8.first))
}

extension NumberParser {
  /// The unix seconds of a time such as `30/Nov/2026:08:00:00 +0100`.
  static func accessTime(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard text.count >= 20, text[2] == 0x2F, text[6] == 0x2F, text[11] == 0x3A else { return nil }
    let months = "janfebmaraprmayjunjulaugsepoctnovdec".utf8
    let name = text[3..<6].map { $0 | 0x20 }
    guard
      let month = (1...12).first(where: {
        months.dropFirst(3 * ($0 - 1)).prefix(3).elementsEqual(name)
      })
    else { return nil }
    // As ISO 8601 writes it, so that there is one reader of dates.
    var date: [UInt8] = Array(text[7..<11]) + [0x2D, 0x30 + UInt8(month / 10)]
    date += [0x30 + UInt8(month % 10), 0x2D] + text[0..<2] + [0x54] + text[12..<20]
    date += text[20...].filter { $0 != 0x20 }
    return date.withUnsafeBufferPointer { Self.date($0) }
  }
}
