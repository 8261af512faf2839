import Files
import Foundation
import HTTPTypes
import Hummingbird
import Voxels

/// Answers the page's requests. All paths begin with the token, so that other users of the machine, and other pages in
/// the browser, see nothing:
///
/// - `TOKEN/`: the page, with what there is to show;
/// - `TOKEN/api/state`: what there is to show (`ViewerContents.json`);
/// - `TOKEN/api/plane/LAYER/LEVEL/AXIS/FIRST-END/ROW-END/COLUMN-END`: numbers of a plane, little-endian, half-open ranges;
/// - `TOKEN/api/objects`, `TOKEN/api/object/ID`: rows of the object table;
/// - `TOKEN/data/LAYER/PATH`: the files of a store, for Zarr readers;
/// - `TOKEN/segment-properties/info`: the object table for Neuroglancer.
struct ViewerResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let contents: ViewerContents
  let token: String
  private let cutter: PlaneCutter
  private let queue: RequestQueue
  private let directories: [ServedDirectory?]
  private let files = FileResponder()
  private let page: ViewerPage

  init(_ contents: ViewerContents, token: String, cacheInBytes: Int, queue: RequestQueue) {
    self.contents = contents
    self.token = token
    self.queue = queue
    cutter = PlaneCutter(
      layers: contents.layers, coding: { contents.coding(layer: $0) }, cacheInBytes: cacheInBytes)
    page = ViewerPage()
    directories = contents.layers.map { $0.store.flatMap(ServedDirectory.init) }
  }

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    var response = await answer(request)
    if request.method == .head, response.body.contentLength != 0 { response = response.createHeadResponse() }
    // Neuroglancer and other viewers in the browser read the store from pages of their own.
    response.headers[.accessControlAllowOrigin] = "*"
    response.headers[.accessControlExposeHeaders] =
      "Accept-Ranges, Content-Encoding, Content-Length, Content-Range, X-Coding, X-Gaps"
    response.headers[.xContentTypeOptions] = "nosniff"
    return response
  }

  private func answer(_ request: Request) async -> Response {
    if request.method == .options { return Self.preflight }
    guard request.method == .get || request.method == .head else {
      return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD, OPTIONS"])
    }
    let components = request.uri.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard let first = components.first, Self.isEqual(String(first), token) else { return Self.notFound }
    let rest = components.dropFirst()
    switch rest.first {
    case nil:
      // Relative links need the final slash.
      return Response(status: .movedPermanently, headers: [.location: "/\(token)/"])
    case "" where rest.count == 1:
      await renewStates()
      return page.response(BodyCoding(request), state: contents.json)
    case "api": return await interface(Array(rest.dropFirst()), request)
    case "data":
      let path = rest.dropFirst()
      guard let number = path.first.flatMap({ Int($0) }), directories.indices.contains(number),
        let file = directories[number]?.file(path.dropFirst())
      else { return Self.notFound }
      return files.respond(request, path: file)
    case "segment-properties":
      guard rest.dropFirst().elementsEqual(["info"]), let objects = contents.objects else { return Self.notFound }
      return json(NeuroglancerLink.segmentProperties(objects))
    default: return Self.notFound
    }
  }

  /// In constant time, whatever the first difference.
  private static func isEqual(_ first: String, _ second: String) -> Bool {
    let (first, second) = (Array(first.utf8), Array(second.utf8))
    return first.count == second.count && zip(first, second).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  // MARK: The interface

  private func interface(_ path: [Substring], _ request: Request) async -> Response {
    switch (path.first, path.count) {
    case ("state", 1):
      await renewStates()
      return json(contents.json)
    case ("plane", 7): return await plane(path.dropFirst().map(String.init), request)
    case ("objects", 1): return objects(request)
    case ("object", 2):
      guard let id = Int(path[1]), let row = contents.objects?.row(id: id) else { return Self.notFound }
      return json(["row": Self.numbers(row)])
    default: return Self.notFound
    }
  }

  /// Looks at the layers that are still being written again; not on the event loop, as that reads voxels.
  private func renewStates() async {
    guard contents.states.mayChange else { return }
    // When the request was dropped, the next one does it.
    try? await queue.run { [contents] _ in contents.states.renew() }
  }

  private func plane(_ path: [String], _ request: Request) async -> Response {
    func range(_ text: String) -> Range<Int>? {
      let ends = text.split(separator: "-").map { Int($0) }
      guard ends.count == 2, let first = ends[0], let end = ends[1], first >= 0, first < end else { return nil }
      return first..<end
    }
    guard let layer = Int(path[0]), let level = Int(path[1]), let axis = Int(path[2]), let planes = range(path[3]),
      let rows = range(path[4]), let columns = range(path[5]), contents.layers.indices.contains(layer),
      contents.layers[layer].levels.indices.contains(level), (0..<3).contains(axis),
      rows.count <= PlaneRequest.largestEdge, columns.count <= PlaneRequest.largestEdge,
      planes.count <= PlaneRequest.largestSlab
    else { return Response(status: .badRequest) }
    let asked = PlaneRequest(layer: layer, level: level, axis: axis, planes: planes, rows: rows, columns: columns)
    guard let wanted = asked.clamped(to: contents.layers[layer].levels[level].extent) else { return Self.notFound }
    let coding = BodyCoding(request)
    do {
      let (body, piece) = try await queue.run { [cutter] isCancelled in
        let piece = try cutter.cut(wanted, isCancelled: isCancelled)
        return (coding.encode(piece.bytes), piece)
      }
      prepareNext(after: wanted)
      var headers: HTTPFields = [.contentType: "application/octet-stream", .cacheControl: "no-store"]
      if !piece.gaps.isEmpty { headers[.gaps] = Self.text(piece.gaps) }
      headers[.coding] = "\(piece.coding.offset) \(piece.coding.step)"
      return coding.response(headers, body)
    } catch is CancellationError {
      return Response(status: .serviceUnavailable, headers: [.retryAfter: "0"])
    } catch {
      return Response(
        status: .internalServerError, headers: [.contentType: "text/plain; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: "\(error)")))
    }
  }

  /// The bricks on both sides of a plane, for whoever scrolls on.
  private func prepareNext(after request: PlaneRequest) {
    let level = contents.layers[request.layer].levels[request.level]
    let depth = level.bricks.region(0).extent[request.axis]
    for plane in [request.planes.upperBound + depth / 2, request.planes.lowerBound - 1 - depth / 2] {
      var next = request
      next.planes = plane..<plane + 1
      guard plane >= 0, let next = next.clamped(to: level.extent), !cutter.isPrepared(next) else { continue }
      queue.runWhenIdle { [cutter, queue] in cutter.prepare(next) { queue.waitingCount > 0 } }
    }
  }

  /// Decodes what the page begins with, the middle planes of the level that fills a window, while the browser still starts.
  func prepareFirstView() { prepare(firstView[...]) }

  /// In pieces, so that whatever the page asks for comes first; what it asks for itself is not prepared.
  private func prepare(_ requests: ArraySlice<PlaneRequest>) {
    guard let next = requests.first else { return }
    queue.runWhenIdle { [cutter, queue] in
      cutter.prepare(next) { queue.waitingCount > 0 }
      prepare(requests.dropFirst())
    }
  }

  private var firstView: [PlaneRequest] {
    // Layers beyond the cache would push each other out.
    contents.layers.enumerated().prefix(4).flatMap { number, layer -> [PlaneRequest] in
      let finest = layer.levels[0]
      guard layer.store != nil,
        let index = layer.levels.firstIndex(where: { max($0.extent.z, $0.extent.y, $0.extent.x) <= Self.firstEdge })
      else { return [] }
      let level = layer.levels[index]
      return (0..<3).flatMap { axis -> [PlaneRequest] in
        let middle = Double(finest.extent[axis]) / 2 * finest.voxelSize[axis] / level.voxelSize[axis]
        let plane = min(level.extent[axis] - 1, max(0, Int(middle + 1e-6)))
        let piece = Self.pieceEdge
        return stride(from: 0, to: level.extent[axis == 0 ? 1 : 0], by: piece).flatMap { row in
          stride(from: 0, to: level.extent[axis == 2 ? 1 : 2], by: piece).compactMap { column in
            PlaneRequest(
              layer: number, level: index, axis: axis, planes: plane..<plane + 1, rows: row..<row + piece,
              columns: column..<column + piece
            ).clamped(to: level.extent)
          }
        }
      }
    }
  }

  /// As the page asks for planes.
  private static let pieceEdge = 512
  /// Voxels along the edge of a level that three panes of a window show whole.
  private static let firstEdge = 768

  /// Rectangles that the header of a piece names, at most: some 20 kB.
  private static let mostGaps = 512
  /// Reasons that it tells in full.
  private static let mostReasons = 16

  /// Half-open ranges and reasons as JSON in ASCII, as headers want it; the first few reasons are enough.
  private static func text(_ gaps: [PlanePiece.Gap]) -> String {
    var told = 0
    let items = PlanePiece.Gap.merged(gaps, most: mostGaps).map { gap in
      let numbers = [gap.rows.lowerBound, gap.rows.upperBound, gap.columns.lowerBound, gap.columns.upperBound]
      if gap.reason != nil { told += 1 }
      let reason = gap.reason.map { told <= mostReasons ? String($0.prefix(400)) : "more parts" }
      return JSONValue.array(numbers.map(JSONValue.integer) + [reason.map(JSONValue.string) ?? .null])
    }
    let text = String(decoding: JSONValue.array(items).serialised(), as: UTF8.self)
    return text.split(separator: "\n").joined().addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  private func objects(_ request: Request) -> Response {
    guard let list = contents.objects else { return Self.notFound }
    let query = request.uri.queryParameters
    let column = query["sort"].flatMap { name in list.columns.firstIndex { $0 == name } } ?? 0
    let descending = query["descending"] == "1"
    let count = min(max(query["count"].flatMap { Int($0) } ?? 100, 1), 1000)
    var start = max(0, query["start"].flatMap { Int($0) } ?? 0)
    if let id = query["around"].flatMap({ Int($0) }),
      let place = list.place(ofID: id, sortedBy: column, descending: descending)
    {
      start = max(0, place - count / 2)
    }
    start = min(start, list.count)
    let rows = list.rows(sortedBy: column, descending: descending, in: start..<min(list.count, start + count))
    return json(["start": .integer(start), "rows": .array(rows.map(Self.numbers))])
  }

  private static func numbers(_ row: [Double]) -> JSONValue {
    .array(row.map { $0.isFinite ? .number($0) : .null })
  }

  // MARK: Answers

  private func json(_ value: JSONValue) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.serialised())))
  }

  private static let notFound = Response(status: .notFound)
  private static let preflight = Response(
    status: .noContent,
    headers: [
      .accessControlAllowMethods: "GET, HEAD, OPTIONS",
      .accessControlAllowHeaders: "Range, If-None-Match, Content-Type",
      .accessControlMaxAge: "86400", .accessControlAllowPrivateNetwork: "true",
    ])
}

extension HTTPField.Name {
  /// The values of the numbers 0 and 1, less that of 0.
  static let coding = HTTPField.Name("X-Coding")!
  static let gaps = HTTPField.Name("X-Gaps")!
  static let accessControlAllowPrivateNetwork = HTTPField.Name("Access-Control-Allow-Private-Network")!
}
