// A client's address, and the network that stands for the people behind it.
//
// A person with one address of a network usually has all of them: a household gets a /56 of IPv6,
// and neighbours in a /24 of IPv4 are often one firm. So the network counts, not the address.
// Source: RFC 6177 (a /56 for a site), RFC 4291 section 2.5.5.2 (IPv4 in IPv6).

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An address of IPv4 or IPv6.
public struct NetworkAddress: Sendable, Hashable {
  /// 4 or 16 bytes.
  public let bytes: [UInt8]

  /// Reads an address, with a port and brackets or without; nil for anything else.
  public init?(_ text: String) {
    var text = text.trimmingSpaces[...]
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      text = text[text.index(after: text.startIndex)..<end]
    } else if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
      text = text[..<colon]
    }
    // A zone names an interface of this machine, and is no part of the address.
    if let zone = text.firstIndex(of: "%") { text = text[..<zone] }
    guard text.utf8.count < 64, !text.utf8.contains(0) else { return nil }
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, String(text), &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
    } else if inet_pton(AF_INET6, String(text), &six) == 1 {
      let all = withUnsafeBytes(of: &six) { Array($0) }
      let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
      bytes = all.starts(with: mapped) ? Array(all[12...]) : all
    } else {
      return nil
    }
  }

  /// The address in a header of a proxy: of several, the last one, which that proxy itself has
  /// added.
  public init?(header: String) {
    guard let last = header.split(separator: ",", omittingEmptySubsequences: false).last else {
      return nil
    }
    self.init(String(last))
  }

  /// Whether it is this machine's own.
  public var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
  }

  /// The first 24 bits of an address of IPv4, or 56 of IPv6, behind its length.
  public var network: [UInt8] {
    [UInt8(bytes.count)] + bytes.prefix(bytes.count == 4 ? 3 : 7)
  }
}
