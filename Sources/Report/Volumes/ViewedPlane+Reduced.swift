import Pictures

extension ViewedPlane where Value: Comparable {
  /// No edge longer than `edge`: the largest value of every square.
  func reduced(to edge: Int) -> ViewedPlane<Value> {
    let step = (max(width, height) + edge - 1) / edge
    if step <= 1 { return self }
    let (w, h) = ((width + step - 1) / step, (height + step - 1) / step)
    var result: [Value] = []
    result.reserveCapacity(w * h)
    for row in 0..<h {
      for column in 0..<w {
        var most = self[row * step, column * step]
        for y in row * step..<min(height, (row + 1) * step) {
          for x in column * step..<min(width, (column + 1) * step) { most = max(most, self[y, x]) }
        }
        result.append(most)
      }
    }
    return ViewedPlane(width: w, height: h, values: result)
  }
}
