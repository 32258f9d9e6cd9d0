// Whether a POST comes from a page of this site.
//
// A browser sends `Sec-Fetch-Site` or `Origin` with every POST, and no script can change them. A
// program that is no browser sends neither; it has no cookies of a person either. So what is there
// must be right, and nothing must be there.
// Source: Fetch Metadata Request Headers (W3C); Fetch Standard, "origin header" (WHATWG).

/// The origins that may send requests which change something.
public struct OriginPolicy: Sendable {
  private let allowed: Set<String>

  /// Makes a policy that allows the site itself, and pages of the origins `allowed`, such as
  /// `https://shop.example`.
  public init(allowed: [String] = []) {
    self.allowed = Set(allowed.map { $0.lowercased() })
  }

  /// Whether a request may change something.
  ///
  /// - Parameters:
  ///   - origin: The value of `Origin`.
  ///   - fetchSite: The value of `Sec-Fetch-Site`.
  ///   - host: The value of `Host`.
  /// - Returns: False for a page of another site.
  public func accepts(origin: String?, fetchSite: String?, host: String?) -> Bool {
    if let origin {
      let origin = origin.lowercased()
      if allowed.contains(origin) { return true }
      guard let host = host?.lowercased(), !host.isEmpty,
        origin == "https://\(host)" || origin == "http://\(host)"
      else { return false }
    }
    guard let fetchSite else { return true }
    return fetchSite == "same-origin"
  }
}
