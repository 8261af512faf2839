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
    H4sIAAAAAAACA6VXXXDc1BXWrpONs3acH6D5JaQNUAWSza7XjjchsZMl2RAUHEchVLgsslZ7banWSnukKxuHbusSvDhNf2h44QnywAO88QJkGCZ0YIYX
    2gdemHbgoTMww/AC5YVhmGHouVe7G0luYgiSj7TSPd853z33nHPlMalrhSB0dwtLjnXCBkFzdcOcIXurGtUy9WmrVOwTxiPHfLIBgqisRYBN6KzjTquz
    xJwyqAcJXXcsi+jUdGwvfcqtEpdUj5o6TUNylwxdopJCVKANK3TqoLOM6lPT8tKqSyq+aVVVSmzPcdWZ/jSsFEVlFSI81NSmCKQCSLpkORo9E7xMwyol
    gTpZ6Fa68K7XfVgtraCQPi0JUlJKNqEHb4km9F4wGIs1FPpkWKtgEISKqXmwzkA/RsoI7ORgvbFaSlLYwPELcIuUWIBbA+xtFH4mw0ZlJSNlmTqBTRFw
    P2xG8CYKW05LKfTa1YSt7EcTtgUGbqewXYY7uAHNYt53tA0YLejPmd8VUqoJv0Ao8t4ZQO+kcJcMd3PehmZNwi8DZCsmD+CrTkhEziYPu9BkisI9zGRq
    Ae5lU9kdmNtDISPD3iAMjmNBNmKuiK865nLc3AD0B5HJtyIzwMwNBub2URiSoeA3YL+yGpXVGqEaSyI4wMfvU1iGwcEGHOJLOkNcD7MEhqWE53mVAFMh
    HlVJTYMR3fZr9bmMqjsuydR8i5qa62pzaU/XLM1Nw+FAIV2lc3UkeERJIn6yAMULi8/A/TIcFaUuTvogHBsdHX3wezz4RRIolCo6Gq4S3UsTm/1Iw3FO
    IDjevTwCD/BMtTRq2jk40YQHZZCacFKGh/jSkbqjGzBqHDYCz2YBTjHPYzKcRs/GUp9yxTiusJrranmBMwbafViGs014RIZfcQKmbVJVc6c8UBrwaFAu
    VTLDEm28tTDBYxp+3cn2xxagLMPjnFjd0mwP1AZMKH1s2LEnzSnf1XhFgtaACuebr4LegKqopBlGo7qheuY5AqQMk6LUzU4SVF5d0017CqbKYIjHR/4b
    cF/6gyi3sX7guDXM6nPcnerpBqkRD8wy/Ea5BYfHz7DlHA0rwbSm9LJaYG2HYufwXQJWA2qisiHUYHRL8zzV1moEbOUoC8ocPpi62lYI471M9MlHpYxM
    PLPqa9YxvuDu2VFCwVF6Wq7V6Vke9XoDsHbYMiF9irnvgSslOZVJonFzap24wRh4ZaAilmorVhjsGdWpg69sw6egudl2puZUfQtpsOHM/XjB4M/wSU8T
    1yYWj7wHs2V4QizDHKYPO4kx11oB6ppVHD9Xhidx/LeilGAnrlRDZO1NShISxEqtWI4+HSb4uzL8nusTZRPX4BQ74yqWAAsGzJfhD1JC4ynIVXhffGqR
    E2CLyqZ1Xtn9/6Zl2mjL1glTy5xoPbA1xmk+zZOwZaAd44UGNEWevKTuwTPHhz/95rXFT4yveLJrk5OmTWBx0eepWXWduuNT5v7CqLI+8qZt74+jHGk7
    tmXacJHHosPyJNGm52Ry8iz8SVnT0WpD/9yAv/A5mjYWDhbZXxc9n6cqauCGBL7JVtys1R2XwrNl+Jto+MZ544Jxkfi+53GTkRqDS+36es73M2PSqu5/
    vLD79XvRB5Ox6269G3HzbW+9mUlWIVRttchSsTeyA+eY1Te+/Pg8a29Mrm91izB0zWprE1Wx9qbsGrFpqZiPbe0/6Ng3wAiMzMLnbKbJGxJYL4x0CFTm
    KHHYJ0GpeN/N+G0flkmpRRiHhUOfbGZLn7ohhz5hOPJVszdbKh74CQQuXXxz+L33X7z62eO9VxNfvDLMmLy1J3VyHf+CujGTgSiTXKmY/dFMbp2+5+0v
    t/+b+/3ou+92MUfdy/g9GPXbXyoWbjoCgc35Ebwcxj+UeZTLKH9H+Q+KcAQjgbIDJYtyGGUMZQKljjKPsojyLMrzKJdRXkZ5FeXKETavp458bE+goYll
    5nVndF75UnGH8AP4H0TmReGocIz5+nbrP19i3bh3GV+FqK+BUnHgpmKYEJjXqzvfUZavn7UYyrbXTjs49FOqZ3w8n2b+P3hh6uzy/rcL/dcaCJ+2R1zz
    2hZvVkvFzI+kk80ODub2Z3OFwXx/Nj+4PztUGMoOZvOFoXw+lx/o37d/Xz47WMgyll98PTYhIg+Rs0wwsh2e4ca6bgnz+P8xcXS4gW6MIJ9cJVyvFceN
    hJvgloiRD8JGlnTeuJ1wI1sfsSN3C0sbaBwe7j59EfiH3UKs98Wx4Q4SxU6sjmFzcWy4SqPYf8Wx/XFsuOqi2FfTMWw+jg3XThS7rSeGHYhjw3m/NoK9
    FMJeZ73D6bg9At7QKyxTKGNSKrW7XVZdezrIntj97WRwv9Ib3BHHvlCE2RbbYMdfmQowPVw/0P0f8dm7CdkPAAA=
    """
  ),
  (
    "protocol4.pth",
    """
    H4sIAAAAAAACA6VWTYwURRTu+dme2R92YVFBVNxEDwOBYX72D4FdGGBWGRyXJZuYTbTp6a6Z7kxPd9NdvesSSTaYxUXrgFAaTsrBg968GI0xYDh4MRz0
    ZuRAgonxInozJkRfdc/MdvfArkD3vP6pel99X72u92qmS7E4xyWTXMexkRvkREtS1Hm0RxaxmDbrWrHQz80FjqX4hze6PMBZmiIDOsILhlUXFpBaU7BN
    Sa9kaBqSsGro7O01S0YWko+oEqaX6Y4ZwPCeLyV92AC+tOBgVQPfQcFCFUfVZAEj3TYsYT4HkFSKJGxwFGuIki4XAciiZoj4ZLP5MiWRDCUxyXRoKY7p
    iRJXipai5ylcI+fpBSUOvJjOUBKvqKJNle5USulRNpBIlioDpWgTsUxLkWW/d5etqRLyueeY+1bmzsPQMSDgGY0fImp+BuX5FoArxUu8CwgpUkSt2vLv
    Jb0vw6t/XnlGyXsj8B0K4xXD0HzoArz60cNrzc85S0m30EBYZJ+buu2Eo9CamEeWDR8QALZtV8CrgmwsoIZIyVO60zAX04JkWCjdcDSsipYlLlLC25Ko
    iRbj7XJ94C7jRdNVEq2O0wsr7wJrqhQjkf20XC4f+xcO91LiMK0cbq7J25P0vBtKZBrwrZVjyqskqvrgyon7gWPNZeyBu1VdxYJo1WzKlikvo3n3U/a2
    Hy83F8yyy2Vqos5cSb9k6FW15liit4KhKZqX3UF6TBFLimCrZxB9A4Qk2YlgdZqipOo11jY1+aenovMBkSd1w2rA+jjjDi3YkoIayAYY2Tx3koWz7O+n
    Iulz0xFDMjkWciUMttJN0kTbFnSxAUlxRF6EB1USWp1+mJ0OvjnglJ5Btio7onZUlwxIz9kygmzsZY5CfaEdtCRoxLCSbMgjMlhFojuCYCLLa3eDEHdD
    AEGbFwyTkme9lNb1dMOQHQ0IWVf6MFwgiqSvjiwdaW4M2cxTbIgYO5GyxEKJLVVe7YmwE7GnKDsRggAIFc2Q6mEZzI9s1QVXSLtLkJE7QXApRUTS7fa6
    JWCFJNjXcDXv6tCs6gDXJcRc0q80X9jXYXPobwL9oYoh06ZTE7/+/eXKHeUvwovVqqojuuKQHtkyTMPBjKlMNq2+teBlwuuGrqk6FMC2kONIrC/OoOOz
    lGzwelfZSELVYbnCEl6xHbIZOqBunnZU9m3UhmlYmEVEeVt5T7moXEKOY9tkQ2BVe0vacdLTpUTyzOw57SZUdGbTD9wctnDp9uaQrrJ1ioVmkSgWdob2
    iLWOLOP86u6tdyIwKrMHc27jxlY5m1uAAPlR0xtIx8VC/iFo28foMBMwuXD69yhQRNcUsImbbAuoLGJksL2sWNj3KLytQ1Mx1hDTsHzgztM8sPBraujn
    JgK78p5MsfDSYwi49P43E9//8Mm1397suxb54/MJpuTb3fzxje4/gLWVDAeVZIuFzEMreaK+8/rd7T+7vL/cu7eDESXX4d0f5M0VC+OPHAFvzKVJuByE
    H9gS2FWw78Bug3GHIBJgQ2AZsINg02CnwEywJbAVsItgV8Cugn0G9gXY14fYvM4duqWfgoFOrTOvF4PzyhcLQ9z/0L8flBe4I9xRxvXPMzc/7YPGvnW4
    xoNcw8XC8CPFMMIx1msv3Hh9/fwZgFC2WNvF4sDjZM/cXL6H8f/4cW12ff7tXG61gLjTtpGlru7AqlwspB9STiYzMpLdm8mOj+RzmfzI3szY+Fg2kxsd
    HcuMjI7uHYHufDaXHWcqb+wbmkqBjpSrMsLEtnX6y+7GDuXh/+FhtL+Abgkgn+O5BxXq8CD+IrgtMMgH/kE6Km94HH8h2xQYZzDBdRbQMNxfffoD8I8S
    XKj2hbH+ChLEDiVD2GwY68/SIPZKGJsLY/1ZF8Sa3SFsPoz1504QeyuMHQ5j/et+IICd6eHCuRYG+5fj9gD4Jx/4/okyXeL5Xa20iu1uI3tD9+tR7/5W
    swFwCXYfa87U2/G7eA/T6/p7vv8B5NAPupkOAAA=
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
