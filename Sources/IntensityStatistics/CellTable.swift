/// The statistics of the cells of a grid that saw a voxel, by the cells' numbers: as quick to find as in an array, without
/// the memory of an array for cells of which nothing was seen.
package struct CellTable: Sendable {
  /// One more than the place of each cell in `values`; 0 for a cell that is absent.
  private var places: [UInt32]
  /// In the order in which they came.
  package private(set) var numbers: [Int] = []
  package private(set) var values: [CellStatistics] = []

  /// - Parameter cellCount: how many cells the grid has.
  init(cellCount: Int) { places = [UInt32](repeating: 0, count: cellCount) }

  /// - Parameter numbers: of the cells that `values` are of, each once.
  init(cellCount: Int, numbers: [Int], values: [CellStatistics]) {
    self.init(cellCount: cellCount)
    self.numbers = numbers
    self.values = values
    for (place, number) in numbers.enumerated() { places[number] = UInt32(place + 1) }
  }

  package var count: Int { values.count }

  package subscript(cell: Int) -> CellStatistics? { place(ofCell: cell).map { values[$0] } }

  /// Where the statistics of a cell are in `values`; nil for a cell that is absent.
  package func place(ofCell cell: Int) -> Int? {
    let place = places[cell]
    return place == 0 ? nil : Int(place) - 1
  }

  mutating func add(_ statistics: CellStatistics, to cell: Int) {
    let place = Int(places[cell])
    if place > 0 { return values[place - 1].add(statistics) }
    numbers.append(cell)
    values.append(statistics)
    places[cell] = UInt32(values.count)
  }

  mutating func add(_ other: CellTable) {
    for (number, value) in zip(other.numbers, other.values) { add(value, to: number) }
  }
}
