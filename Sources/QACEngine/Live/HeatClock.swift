// What a use at some time adds to the heat of an entry.
//
// Heat is kept under forward decay: a use at `time` counts 2^((time - origin) / halfLife), so later
// uses count more, in place of earlier ones counting less with each second. A sum of such uses
// needs no change while time passes; divided by what a use counts now, it is the number of uses
// under exponential decay.
//
// Invariant: `origin` is set once, by the index or by the first use of a visible entry.
// Cost: one power of two per use.
// Source: Cormode et al., ICDE 2009 (forward decay).

#if canImport(Glibc)
  import Glibc
#endif

/// The measure of heat in one overlay.
struct HeatClock {
  /// Seconds after which a use counts half, at least 1.
  let halfLife: Double
  /// The time from which heat is counted, in unix seconds: a use at that time adds 1.
  private var origin: Int64?
  /// The time of the newest use of a visible entry, or the least number if there is none. It may be
  /// later: when an event makes room for another, nobody looks for the newest again.
  private(set) var newest = Int64.min

  init(halfLife: Double, origin: Int64?) {
    self.halfLife = halfLife
    self.origin = origin
  }

  /// What a use at `time` adds to the heat: from 2^-60 to 2^900, however far off the time is.
  func heat(at time: Int64) -> Double {
    let age = Double(time) - Double(origin ?? time)
    return exp2(min(max(age / halfLife, -60), 900))
  }

  /// Notes a use of a visible entry at `time`.
  mutating func note(_ time: Int64) {
    if origin == nil { origin = time }
    newest = max(newest, time)
  }

  /// Sets the time of the newest use to `time`.
  mutating func setNewest(_ time: Int64) { newest = time }
}
