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
    H4sIAAAAAAACA6VWXWwUVRS+u9tOl2lpC6L8aa2CuiAs+9d2gdKfARZksJRBdERlOjs77UyY7uyZuVusSZNG0xXii/pgeFIefJDEB98kxhSjiS/GGH0z
    8mDig/EF3k2InjuzLDNToQI3++3szNzvnG/OvefbmRQTbYQkk2TF6CXriepohjmn76moVE3XzlkloZucCY3F+AKQlNyDhKpOz9vOOeW8bs4Y1IWYptmW
    pWvUtKsuf8Kp6I5eOWRqlIf4DgkSKZlDlj8b2jRqY7K0Uqem5fKKo5frplVRqF51bUeZy/HQnkrJHchwcaY6owPnU/iSZav0lH+Rhw45hnMykJQTeNRq
    dVgjtlHgT4pEjIvxBnTiIdaArosGU7GWQrcEPTIWgZRN1YVeA/MYnOHHycI6Y40Yp7De4y/BI2JsCTb43EcpPCbBRrmdibJMTYdNIXIONiN5E4UtJ0UO
    syYasJX9aMDjfoAnKPRJ8KQXQLVY9v7bAYwm9SmWt03kGvA0UlH3Np+6ncIzEjzr6TZUaxqe85nNmhzFS62SpDw1ediBITkKO1lIbgmeZ4+yyw+3m0Ja
    gj1+GWzbgkwonICXWuGyXrgC5PzK5JuVKbBwA364QQpDEhTrC7BXXoOTlVmdqmwTwT7v/n6Z7TAYXoAD3pLO6Y6LuwRGxJjrumWfU9ZdquizKoxq1fps
    bT6taLajp2frFjVVx1HneVdTLdXhYcyfwFfofA0Fjstx5E8XQbh44V04KMGhlJjwRA/D4YmJiWP/4PC+REKhVNYwcEXXXF6vsh88HPEE+OO7y6Nw1Nup
    lkrNahZeaMAxCcQGHJfgRW/p9JqtGTBhjBl+ZrMIJ1jmSQlOYmZjZU6pbByRWc8lmlnglIFxX5LgdANeluAVT4BZNamiOjMuyAvwqt8uFX2ObbQzzYXx
    T3l4rbXbX1+CNyQ4K69l53Z12pypOyprQVA8cfkKTNXr6UmxI2kuj39+FXkMk3f1gY3kYMsH0tO2M6tSpbleJWE0Ygf3PbJMyJc3r7/Dlofh7kK2kKE7
    QpomoGDbzFRn9SotCfkH0TJYYAJGz8NfrDjxewpYR0ZbAsrzVLeZpZWE/Q9TA8uk1NKZhqUDf2xmK8zdU0M3GQm58p5MSdj3EAI+fO+rke9/+GT5z7Nd
    y7EbV0aYkq93c8d7vX+AeysphJVkS0LmvpVsOLfz2s2+X728v926tYMlSq6SdzicN1cSig9cAT/m4ih+jeEHsYi4jPgG8TuCjGMlEP2IDGIMMYmYQtQQ
    i4gLiPcRlxCXEZ8hvkBcHWfP9fb49eoUBppa5bm2h58rXxL6yf/QP4zKBXKIHGa5/t7646ddeLFrlVzFcK5CSSg8UA1jhGVd3vatvHr/9GApb2dtOciB
    h3OQPM/y//zxzOnV8/eR3B0D8R7b1R0THeQtzyAVs1IS0vcpJ5MZGMjuzWSLA/lcJj+wNzNUHMoMDhSKuUJ2MOvdzWVzg0NMZeeVn26kUEfKUxljYls6
    g17cu0J59D0syg4a6MYQM9lG7ube0SBBE9wSCvJBMMgK543GCRrZulCc9e1kpYFG6UH36Q7RP2onEe+LcoMOEub2cxFuNsoNdmmYeynKzUW5wa4Lc2sd
    EW4+yg32Tph7PcotRLnBfd8T4kpJEu21KDm4HftC5F8C5P9ulEmR43bdbqvE7hazM3K8FvePbzZfqJDH3vfIUJd/7v/jt3M+p9Ob78/9F1atVDqZDAAA
    """
  ),
  (
    "protocol4.pth",
    """
    H4sIAAAAAAACA6VWTWzbZBj+8lP3J13bVYjBkEolOGSIZU6cNCn0ZzXDQjOUrAgJ9YDrJF9jq04c7C8tRZpUgVo24QPQb2gnmASHceOCQAg6xIEL4gA3
    RA8THCYOsBOXSRO8n5N0n9213bpPfezaep/3eb6f942LaiyOUE8P2jWG0DDSnbJhLuNTFZ3oqcaSpcgDaD4w1uKX/oi2COdp0husY7JiO0vaCjarBnGp
    lyjbloXLxLTr7Ollp4IdXDljlgndpCfmgCO0YqnXT2zQS2lNYloQO6w5uNQ0rYpGcN21HW05A5Rk0ut2IVCvYup1+QxgKpatk1farzepFxGpFys3mlSN
    E3pORWpUjW5QuEY26EUjDrqEzlEvXjJ1lxq9yaTRZxzxImlqDKrRNmOdqpF1PrrLtcwy5sIzLPwRFi5A6hgICEyGp+gWr2A83iEgNa4KPiHkyNCtxU58
    wku8AI/8vCQmKbQyCLscxku2bXFsGR55dna/+TXPU69Xq2Gis+2m/nsPUXjbvYwdFzYQCK7rliCqhF2i4ZpOvYfrzVpjNaWVbQenak2LmLrj6KvUE9yy
    bukO0+3yY+BeIasN30l0sUAvXngXVJNqzItM0NnZ2bP/wfAvKiK09Fz7TF6fphv+UuKGDXttnDVe8qImRzfO3Y0cax/jFrnXrJtE052qS9kxFSp42d/K
    xM6/m+0Ds87Cj5Tt+qJZbTo6O7dgV6rQZjNVVLt7Lv1767u/4cQzFPcsnmNoYKd4Uou2U9OJ1l5ERe7jaijNcn51c/udCLAY9s55HOXv5GyXgAbnq1qv
    4TpRZClUmvc0xrLMwPTKG3+xKo7ua+Aomt4xUFol2Ga1rMjPHka3MyyTEAszD+uTfz4qgIqwr4cBNBXoSqdERX7mAQx8+N43Uz/+9MnWjdf7tyL/fD7F
    nHx7UnhxyO+A+zvJBp2kFVm8bycPLT117ebIb77u77dvn2BCPQfoTgR1M4pcOPQKtHKuTcPlNPwB1gBXAN8DrgPQDKwEYBQgAk4DioAFQAOwBrgAeB9w
    GXAFcBXwBeDrGTavt2e26wuQaOGAeT0ZnJekyKPoHvxPgHMZnUHPM61bj/38WT+87D9AqxDUyipy9lBrGEFMdeuJH147uH4GYSk7qjvNYPJBqmd+Xupj
    +r98XH31YP0RlLnTQPxpu9gxoYO85bc5zawocuo+7YhiLpceF9OFnJQRpdy4mC/k0+lCNi+NS+JYbmwsnZPEvJhnLrdvfPplEnwkfZcR/7Oh45Nvq0O7
    nIe/Q8JsvoEeCzAnY2ivRhxOwjfB44EkH/BJdnXecB6+kR0N5BmOo90NNEznu89AgP5RHIV6X5jLd5Agd7QrxE2HuXyVBrmXw9xMmMtXXZDbEEJcKczl
    ayfI3Q5zs2Euf+4HA9y5bhSutTCZP44jAfKvHPnuhVJUBeHpTlnFTu4wE6H7tfa38ZttTeB1s3u+HdD6xe8SWpyEH9+K/R/ao0IRmQsAAA==
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
