// The truth about the typing errors of a simulated log, to judge what recognises them.

extension ShopSimulator {
  /// A query with a typing error, in lower case.
  public struct Misspelling: Sendable, Hashable {
    /// What was typed.
    public let misspelt: String
    /// What was meant.
    public let right: String
  }

  /// The misspelt queries of the log with the right ones: distinct pairs, sorted by the misspelt
  /// query, then the right one.
  ///
  /// A query that the error makes one that people know is none of them, and neither is one that
  /// lacks the s of a plural.
  ///
  /// - Complexity: that of simulating the log.
  public func errors() -> [Misspelling] {
    let (catalog, events) = simulate()
    return Self.errors(in: events, catalog)
  }

  static func errors(in events: [Event], _ catalog: ShopCatalog) -> [Misspelling] {
    let known = Set(catalog.labels.map { $0.text(catalog.vocabulary) })
    var pairs: Set<Misspelling> = []
    for event in events {
      guard let meant = event.meant?.lowercased() else { continue }
      let typed = event.query.lowercased()
      let isSingular = typed + "s" == meant && !typed.hasSuffix("s")
      if typed != meant, !isSingular, !known.contains(typed) {
        pairs.insert(Misspelling(misspelt: typed, right: meant))
      }
    }
    return pairs.sorted { ($0.misspelt, $0.right) < ($1.misspelt, $1.right) }
  }
}
