import Files
import Foundation
import Networks
import Scratch
import Torch

/// Small checkpoints that torch.save of PyTorch 2.13 wrote, with pickles of protocol 2 and 4: an nnU-Net-like dictionary
/// with sliced and shared tensors of several types, NumPy's scalars, a device and plans; compressed by gzip.
private let pyTorchFixtures: [(name: String, bytes: [UInt8])] = [
  (
    "protocol2.pth",
    """
    H4sIAAAAAAACA6VWT2wUVRif3W2n26G0BVH+WlFQF4Rl/7YLlv5ZYUEGSxlExypMZ2dfdyZMd/abedumJJs0mq4QL4aLnpSDB73hSWIMGE28GA9cjEYS
    TTwYL3I3Ifq9mWXZmaYUymu/nd2Z9/vzvve+b3dSjHRwXDTKLRv93EZOtTXdmCMHSipV49ULZiHfy035xmK4DlxM7kNAhdB5y76gzBOjrFMHQppmmSbR
    qGFVHOGUXSI2KR0xNCpAeI8EkZjMI8qbDR0atVAsrtSoYTqCYpNizTBLCiUVx7KVuZQAnbGY3IUIB2eqZQK8BxEKpqXSM95NAbrkEM5JQFSO4FWr1qBb
    7KAgnBY5MSyGG7AOL6EG9FzWmYv1FHol6JMxCVzRUB3o11FH53WPJwkb9G4xTGGji1+CJ8TQEmzysE9SeEqCzXInM2UaGoEtPnAKtiJ4C4Vtp0UeVSMN
    2M7eNGCHR/A0hQEJnnEJVJOp77xHoDehzzLdDpFvwHMIRd+7POhuCs9L8ILrW1fNGXjRQzZzchxvtVISc92kYQ9S8hT2Mkp+CV5iS9nn0e2nEJfggJcG
    yzIh4aPL460WXdKly0DKy0y6mZkMo8t6dIMUhiTI1epwUO7GycosoSo7RHDIff6yzE4YDNfhsLulc8R28JTAiBhyHKfoYYrEoQqZVWFUq9RmqwtxRbNs
    Ep+tmdRQbVtdEBxNNVVbgDFvglCiC1U0OC6HET+Tg/zlS+/DKxIciYkR1/QwHJ2YmDjxHw73ReQoFIoaEpeI5gikwt4IcMw14I3vr47Ccfekmio1Kkl4
    tQEnJBAbcFKC19ytI1VL02FCH9M9ZSMHp5jypASnUVlfrikV9WMyq7lIUwXO6Mj7ugRnG/CGBG+6BoyKQRXVLjsg1+Etr1xKZI4dtKnmxngfBXi7ddrf
    WYJzEpx3jVVNteKAUodpuZc9tiozRrlmq25FglqHous3XQKtDiVZYBCVarriGBcJkHMwExOj7I/grsjrgxRQ1rVaLT4pdkX1L3+fYY2ExeSKLWUzl2u1
    lPiMZc+qVGlufSGfCXSWhxtJpv7Vndvvse1lsbL6Nm7ovnqziShYduXKLKnQQj69FgODGWZgdB7+ZpkMP9DABm60ZaC4QInFWmIh//KaFt4cpkGpSZiH
    pcN/bmUnhH+gh15uxNfVDyQK+UOPYeDKB1+P/PDjpzf+Ot9zI/TPFyPMyTf7+ZP97jfIg51k/E6ShXzikZ1surD35p2BX13d3+7e3cOEoqvoDvt1U4V8
    bs0Z8DgXR/FlDP8xFjGuYnyL8QcGN46ZwNiJkcAYw5jEmMaoYixiXML4EONjjKsYn2Ncw7g+ztb17vjtyjQSTa+yrt3+daUL+Z3cQ/gfRud57gh3lGn9
    u/2nz3rwZs8qWjm/Vmat9RvimOqNXd/Jq9dPH6bynmqrbRx+nOqZmkoLTP/WJ+Wzq+sPcKn7DcRdtkNsAzvIRbcdKkapkI8/op1EIptNHkwkc9l0KpHO
    HkwM5YYSyXQmM4gPspnUYCaVzWQH08zl3tK+j2LoI+a6DDGzLZ/tDbh/mfPg77ggur2BbvYhz3RwK7XsIEl7E9zmI7nVTrKs8wZ52hvZBh+P1Mktb6BB
    eHv36fXBf+7kAr0viG3vIH7sNB/AJoPY9ir1Y38JYlNBbHvV+bHXugLYdBDbXjt+7I5oAJsJYtvPfZ8Pe6UNu8J+tx/HAR94Yze3SqFMijy/715ZRfa3
    kOsC15th73q9+YMMcez3Ijff4332vvE7eQ+zzp3vzf0fNeV0RtkMAAA=
    """
  ),
  (
    "protocol4.pth",
    """
    H4sIAAAAAAACA6VWT2zbVBh/+VM3bbqmK2iDAWUSHDLEMudfm0HXrmZYaIaSdUJClcB1ktfY1ImD/dLSSZMqUMsmfEDrQ0Ic2A4IwW23TQh1iAMXxGEX
    BGKHSSAhLuyONMH3nDR7dmizdW5+frH1/b7f7/35vrSoRKIIxWKo6xpBo0izy7qxjI9VNKKlGkumLA2jed+1Fv3kqUiLcJ4m3UQdkxXLXlJXsFHViUPd
    eNkyTVwmhlVnT6/bFWzjyimjTOgmPTIHHKEVS90hYoFeSm0Sw4TYUdXGpaZhVlSC645lq8sZoCSTbr8DgVoVU7fPYwBTNi2NnG2/3qRuSKRupNxoUiVK
    6BkFKWElvEHhHtqgF/Uo6BI6R91oydAcqg8kk/qgvs8NpameUMJtxjpVQut8dJ9jGmXMhWdY+GMsXIDUERAQmAxP0UxeQX96m4CUqCJ4hIAjXTMXt+Pj
    bvwVeOTnlWWSQiuD0OUwWrIsk2NL8Mizc7vNr3meugNqDRONbTf13ruIwtv+ZWw7sIFAcBynBFEl7BAV1zTqHqg3a43VlFq2bJyqNU1iaLatrVJXcMqa
    qdlMt8+LgbFCVhuek/BigV688CGoJpWIG5qks7Ozp/+Fy7spiNDSS+0zeXuabnhLiRsW7LV+Wn/NDRscXT/zf+T2oUQt8oBRN4iq2VWHsmMqVPCyt5Xx
    ztfN9oFZ97QaplZnoe5w2aovGtWmrbVOMLwKZytsGGxopKyrjnEO07fAR4z9YVgfd5+PQ/V3ms1UUemP5f8Y+ywJvhiKO9bdQfRIp+5Si5Zd04jaXn9Z
    SgTKbz7NEl+7c+uDEFAZdk58CE3cS9wuIRXOZ7Vew3UiS9lg7vu5xnPMwPTKu3+FQSK8q4H9aLpjoLRKsMV6gSy9uBfd7cs0CDEx87B+4vfHBVARdvUw
    jKZ8Xe2YKEsvPISBSx99M/XDj5e3/nx7aCv099dTzMm3R4VXR7wOuruTnN9JWpbEB3by6NJzN+6M/erp/nb37hEmFOuhO+nXzchSYc8r0Mq5Ng23k/AB
    rAGuAL4D3AagGVgJwGGACDgJKAIWAA3AGuAC4GPAp4ArgK8AVwHXZ9i83p+5VV+ARAs95vWsf15ZWTqM7sP/JDiX0Cn0MtP654mfvhiCl0M9tAp+rZws
    5fa0hiHEVLee+f7N3vWTgKXcVu10hBMPUz3z89lBpn/z8+obvfXHUOZeA/Gm7WDbgA5yzmt0qlGRpdQD2hHFfD59XEwX8tmMmM0fFycKE6JYyBTGc7lM
    Pj8+UcjDkBlnLs9+eeBaEnwkPZchZrbjk++tI13Og//HBNl8Az3oY74XQTt142ASvgke8iW5ySfp6rzBPHwj2+/LMxdF3Q00SOe7z7CP/nMUBXpfkMt3
    ED93oS/ATQe5fJX6ub8EuZkgl686P/eqEOBmg1y+dvzcJ/sD3FyQy5/7hI97iePusN/8cRzzkUdjqEehFBVBeH67rCJHO8x4YLwRbo3X25rA62fjSjug
    9YvfJ7Q4cS++FfsfnOGlAdkLAAA=
    """
  ),
].map { ($0, gunzipped([UInt8](Data(base64Encoded: $1, options: .ignoreUnknownCharacters)!))) }

/// Whole files, in which mostly the archive is damaged, and pickles that are put into a sound archive afterwards.
func pyTorchSamples() throws -> [FuzzSample] {
  try pyTorchFixtures.flatMap { name, bytes in
    try withTemporaryDirectory { directory in
      let path = joinPath(directory, name)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let archive = try ArchiveReader(path: path)
      var records: [(name: String, bytes: [UInt8])] = []
      for record in ["data.pkl", "byteorder"] + (0..<8).map({ "data/\($0)" }) where try archive.has(record) {
        var bytes = [UInt8](repeating: 0, count: Int(try archive.size(of: record)))
        try bytes.withUnsafeMutableBytes { try archive.read(record, into: $0) }
        records.append((record, bytes))
      }
      let others = records.dropFirst()
      return [
        FuzzSample(name, bytes),
        FuzzSample("pickle-\(name)", records[0].bytes).sealed { archived([("data.pkl", $1)] + others) },
      ]
    }
  }
}

private func archived(_ records: [(name: String, bytes: [UInt8])]) -> [UInt8] {
  var result: [UInt8] = []
  do {
    let archive = try ArchiveWriter { result.append(contentsOf: $0) }
    for (name, bytes) in records { try bytes.withUnsafeBytes { try archive.write(name, $0) } }
    try archive.finish()
  } catch {
    preconditionFailure("memory cannot be written: \(error)")
  }
  return result
}

/// A safetensors file of Sheaf's own writer.
func safetensorsSamples() throws -> [FuzzSample] {
  try withTemporaryDirectory { directory in
    let path = joinPath(directory, "a.safetensors")
    try SafetensorsFile.write(
      [("one", .zeros([2, 3])), ("two", .zeros([4], type: .float16)), ("none", .zeros([0, 2]))],
      metadata: ["sheaf": "{}"], to: path)
    return [FuzzSample("a.safetensors", [UInt8](try readWholeFile(path)))]
  }
}

/// Opens weights, reads every tensor of a type that Sheaf computes with, and what is told of the network.
func readWeights(_ path: String) throws {
  let weights = try openWeights(path)
  _ = WeightsSummary(weights)
  _ = weights.notes
  for (name, stored) in weights.tensors {
    do {
      let tensor = try weights.tensor(name)
      guard tensor.shape == stored.shape else { throw FuzzFinding("\(name) is \(tensor.shape), not \(stored.shape)") }
      // One element may stand for any number of them.
      if tensor.count <= 1 << 20 { _ = try tensor.floats() }
    } catch is Fault {}
  }
  _ = try weights.describedByOthers()
}
