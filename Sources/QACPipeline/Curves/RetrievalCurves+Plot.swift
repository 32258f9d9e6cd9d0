// Draws the grid of each set: quality and time by beam, with a line per threshold; and the sizes of
// all sets by threshold.

extension RetrievalCurves {
  /// The plots of `sets`, with the names of their files.
  public static func plots(of sets: [RetrievalCurves]) -> [(name: String, plot: LinePlot)] {
    if sets.isEmpty { return [] }
    return sets.flatMap(\.plots) + [("retrieval-size", size(of: sets))]
  }

  private var plots: [(name: String, plot: LinePlot)] {
    [
      (
        "retrieval-p1-\(name)",
        plot("tree alone", "P@1") { $0.tree.p1 }
      ),
      (
        "retrieval-recall-\(name)",
        plot("tree alone", "recall@10") { $0.tree.recall10 }
      ),
      (
        "retrieval-full-\(name)",
        plot("all arms", "recall@10") { $0.full.recall10 }
      ),
      (
        "retrieval-time-\(name)",
        plot("tree alone", "median of the search, ms", startsAtZero: true) {
          $0.treeMilliseconds.search.p50
        }
      ),
    ]
  }

  private func plot(
    _ what: String, _ yLabel: String, startsAtZero: Bool = false,
    _ value: (Point) -> Double
  ) -> LinePlot {
    let beams = points.filter { $0.threshold == points.first?.threshold }.map(\.beam)
    var thresholds: [Double] = []
    for point in points where thresholds.last != point.threshold {
      thresholds.append(point.threshold)
    }
    var plot = LinePlot(
      title: "\(name), \(what)", xLabel: "beam", yLabel: yLabel,
      lines: thresholds.map { threshold in
        LinePlot.Line(
          name: "threshold \(threshold)",
          points: points.filter { $0.threshold == threshold }.compactMap { point in
            beams.firstIndex(of: point.beam).map {
              LinePlot.Point(x: Double($0), y: value(point))
            }
          })
      })
    plot.classes = beams.map(Self.label)
    if !startsAtZero {
      let heights = plot.lines.flatMap { $0.points.map(\.y) }
      let (low, high) = (heights.min() ?? 0, heights.max() ?? 1)
      let margin = max((high - low) * 0.05, 0.005)
      plot.yRange = max(0, low - margin)...(high + margin)
    }
    return plot
  }

  private static func size(of sets: [RetrievalCurves]) -> LinePlot {
    let thresholds = Set(sets.flatMap { $0.points.map(\.threshold) }).sorted()
    var plot = LinePlot(
      title: "Size of the tree", xLabel: "threshold", yLabel: "MB",
      lines: sets.map { set in
        var points: [LinePlot.Point] = []
        for (i, threshold) in thresholds.enumerated() {
          guard let point = set.points.first(where: { $0.threshold == threshold }) else { continue }
          points.append(LinePlot.Point(x: Double(i), y: Double(point.treeBytes) / 1e6))
        }
        return LinePlot.Line(name: set.name, points: points)
      })
    plot.classes = thresholds.map { "\($0)" }
    return plot
  }
}
