// Who a request comes from: the cookie that names a session, and the name under which a network is
// counted.
//
// A session's id is 128 random bits. The cookie has it with 64 bits that only this key makes, so a
// client cannot choose the id: neither its own, nor one that it talks another person into. The name
// of a network is a hash by a key that changes every day (UTC). So the stored names of two days
// cannot be told to be of one network, nor of which, without the secret.
//
// Source: SipHash (`QACBinary`), a MAC for short inputs; RFC 6265 for the cookie; RFC 4648,
// base64url.

internal import QACBinary
public import QACProtocol

/// The keys of a site.
public struct WebKeys: Sendable {
  /// How many bytes a secret has.
  public static let secretBytes = 32
  private static let idBytes = 16
  /// The letters of 24 bytes: none of them has bits to spare, so a value is written in one way.
  private static let cookieLetters = 32

  private let secret: [UInt8]
  private let cookies: SipHash
  private let limits: SipHash

  /// Makes keys of a secret.
  public init(secret: [UInt8]) {
    self.secret = secret
    cookies = SipHash(salt: secret + Array("cookie".utf8))
    limits = SipHash(salt: secret + Array("limits".utf8))
  }

  /// A new secret.
  public static func randomSecret() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<secretBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  // MARK: sessions

  /// A session of the web.
  public struct Session: Sendable, Equatable {
    /// What the cookie holds.
    public var cookie: String
    /// What the daemon calls the session.
    public var name: SessionName
  }

  /// A session that nobody has had.
  public func newSession() -> Session? {
    var random = SystemRandomNumberGenerator()
    let id = (0..<Self.idBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
    return session(id, cookie: Base64URL.encode(id + check(id)))
  }

  /// The session in the value of `Cookie`; nil if it has no cookie `name` that these keys made.
  ///
  /// Of several cookies of that name the first valid one counts.
  public func session(inCookies header: String, name: String) -> Session? {
    for part in header.utf8.split(separator: UInt8(ascii: ";")) {
      let text = part.drop { $0 == 0x20 }
      guard text.starts(with: name.utf8), text.dropFirst(name.utf8.count).first == 0x3D else {
        continue
      }
      let value = String(decoding: text.dropFirst(name.utf8.count + 1), as: UTF8.self)
      guard value.utf8.count == Self.cookieLetters, let bytes = Base64URL.decode(value) else {
        continue
      }
      let id = Array(bytes.prefix(Self.idBytes))
      // Compared as a whole, so that the time tells nothing of how much was right.
      let wrong = zip(check(id), bytes[Self.idBytes...]).reduce(0) { $0 | ($1.0 ^ $1.1) }
      if wrong == 0 { return session(id, cookie: value) }
    }
    return nil
  }

  /// The bytes that only these keys put behind an id.
  private func check(_ id: [UInt8]) -> [UInt8] {
    let hash = id.withUnsafeBufferPointer { cookies.hash($0) }
    return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt64($0))) }
  }

  private func session(_ id: [UInt8], cookie: String) -> Session? {
    SessionName("web:\(Base64URL.encode(id))").map { Session(cookie: cookie, name: $0) }
  }

  // MARK: networks

  /// As whom a network counts on the day of `time`, in unix seconds.
  public func person(of address: NetworkAddress, at time: Int64) -> [UInt8] {
    let day = time / 86_400
    let key = SipHash(salt: secret + Array("network \(day)".utf8))
    let hash = address.network.withUnsafeBufferPointer { key.hash($0) }
    return Array("net:\(String(hash, radix: 16))".utf8)
  }

  /// What a limit knows a network or a session by.
  public func limitKey(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBufferPointer { limits.hash($0) }
  }
}

/// RFC 4648, section 5, without padding.
enum Base64URL {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(letters[Int(bits >> UInt32(count) & 63)])
      }
    }
    if count > 0 { text.append(letters[Int(bits << UInt32(6 - count) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of `text`; nil if it has other characters. Its last character may have bits to
  /// spare.
  static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.utf8 {
      guard bytes.count < 64, let value = letters.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }
}
