// swift-tools-version: 6.1
import Foundation
import PackageDescription

// The libtorch to build with: `LIBTORCH` (a directory with `include/` and `lib/`), else the CPU build that `make deps` puts
// into the user's cache. The Makefile also tries the active Python's torch. Programs search again when they start.
let environment = ProcessInfo.processInfo.environment
let home = environment["HOME"] ?? "/root"
let cache = environment["XDG_CACHE_HOME"] ?? "\(home)/.cache"
let libtorch = environment["LIBTORCH"] ?? "\(cache)/sheaf/libtorch-2.13.0/torch"
if !FileManager.default.fileExists(atPath: "\(libtorch)/include/torch/csrc/api/include/torch/torch.h") {
  print("warning: no libtorch at \(libtorch): run `make deps`, or set LIBTORCH to a directory with include/ and lib/")
}
let torchIncludes = ["-isystem", "\(libtorch)/include", "-isystem", "\(libtorch)/include/torch/csrc/api/include"]
let torchSettings: [CXXSetting] = [.unsafeFlags(torchIncludes + ["-O2"])]
// Only the CPU libraries are linked, also with a libtorch built for CUDA: `sheaf-networks` loads libtorch_cuda.so if the
// libtorch it is started with has one, and so runs with either build.
let torchLinkerSettings: [LinkerSetting] = [
  .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
  .linkedLibrary("torch"), .linkedLibrary("torch_cpu"), .linkedLibrary("c10"), .linkedLibrary("stdc++"),
]

/// Where a program looks for the Swift runtime libraries that `make install` copies, so that it runs on machines without a
/// toolchain: a path from the program's directory.
func installedRuntime(_ path: String) -> [LinkerSetting] {
  [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/\(path)"])]
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")

// The modules in Sources/, lowest floor first. A module imports from lower floors only; scripts/modules.txt says from
// which, and `make lint` checks both against the imports in the sources.

let libraries: [Target] = [
  .systemLibrary(name: "CAEC", providers: [.apt(["libaec-dev"])]),
  .systemLibrary(name: "CBlosc", pkgConfig: "blosc", providers: [.apt(["libblosc-dev"])]),
  .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
  .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
  .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
  .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
  .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
  .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
  .systemLibrary(name: "CLZF", pkgConfig: "liblzf", providers: [.apt(["liblzf-dev"])]),
  .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
  .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
  .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
  .systemLibrary(name: "CLinux"),
  .systemLibrary(name: "CVectors"),
  .systemLibrary(name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
  .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
]

let modules: [Target] = [
  // Floor 0: our own code in C and C++. NCCL, our own operators, the C interface to libtorch and to these; and facts of
  // the build.
  .target(name: "CCollectives", linkerSettings: [.linkedLibrary("stdc++")]),
  .target(name: "TorchKernels", cxxSettings: torchSettings, linkerSettings: torchLinkerSettings),
  .target(
    name: "CTorch", dependencies: ["TorchKernels"], cxxSettings: torchSettings, linkerSettings: torchLinkerSettings),
  // The page of the viewer, embedded in the program.
  .target(name: "CViewerPage", exclude: ["page"], cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),
  .target(
    name: "CBuild",
    cSettings: [
      .unsafeFlags(torchIncludes), .define("SHEAF_LIBTORCH", to: "\"\(libtorch)\""),
      .define("SHEAF_COMMIT", to: "\"\(environment["SHEAF_COMMIT"] ?? "")\""),
    ]),
  // Floor 1.
  .target(name: "Files", dependencies: ["CLinux", "CISAL"]),
  .target(name: "Voxels", dependencies: ["CLinux"]),
  .target(name: "Threads"),
  .target(name: "MPI", dependencies: ["CMPI"]),
  .target(name: "Torch", dependencies: ["CTorch", "CCollectives"]),
  // Floor 2.
  .target(
    name: "Codecs",
    dependencies: ["Files", "CZstd", "CBlosc", "CDeflate", "CISAL", "CLZ4", "CLZF", "CAEC", "CBZip2", "CLZMA"]),
  .target(name: "Jobs", dependencies: ["Files", "Threads", "MPI", "CLinux"]),
  .target(name: "IntensityStatistics", dependencies: ["Files", "Voxels", "CVectors"]),
  .target(name: "Pictures", dependencies: ["Files", "Voxels", "CPNG"]),
  .target(name: "Architectures", dependencies: ["Files"]),
  .target(name: "YAML", dependencies: ["Files", yams]),
  .target(
    name: "HTTPService",
    dependencies: ["Files", hummingbird, nioCore, .product(name: "Logging", package: "swift-log")]),
  // Floor 3.
  .target(name: "Networks", dependencies: ["Files", "Torch", "Architectures"]),
  .target(name: "Zarr", dependencies: ["Files", "Voxels", "Codecs"]),
  // Floor 4.
  .target(
    name: "VolumeFormats", dependencies: ["Files", "Voxels", "Codecs", "Zarr", "CHDF5", "CTIFF", "CExpat", "CPNG"]),
  // Floor 5.
  .target(
    name: "Tiling",
    dependencies: ["Files", "Voxels", "Threads", "Zarr", "VolumeFormats", "Jobs", "MPI", "IntensityStatistics"]),
  .target(name: "Components", dependencies: ["Files", "Voxels", "IntensityStatistics"]),
  .target(name: "Phantom", dependencies: ["Files", "Voxels", "VolumeFormats", "Jobs", "MPI"]),
  // Floor 6.
  .target(
    name: "Corpus",
    dependencies: [
      "Files", "Voxels", "Threads", "Zarr", "VolumeFormats", "Jobs", "MPI", "IntensityStatistics", "Tiling", "YAML",
      yams,
    ]),
  .target(
    name: "Evaluation",
    dependencies: [
      "Files", "Voxels", "Threads", "Zarr", "VolumeFormats", "Jobs", "MPI", "Pictures", "Components", "YAML", yams,
    ]),
  .target(
    name: "Segmentation",
    dependencies: ["Files", "Voxels", "Threads", "Zarr", "Jobs", "MPI", "IntensityStatistics", "Tiling", "Components"]),
  // Floor 7.
  .target(
    name: "Inference",
    dependencies: [
      "Files", "Voxels", "Threads", "Torch", "Architectures", "Networks", "Zarr", "Jobs", "MPI", "IntensityStatistics",
      "Components", "Segmentation", "Tiling", "VolumeFormats", "Corpus",
    ]),
  .target(name: "Recipes", dependencies: ["Files", "Voxels", "Architectures", "Evaluation", "YAML", yams]),
  // Floor 8.
  .target(
    name: "Training",
    dependencies: [
      "Files", "Voxels", "Threads", "Zarr", "VolumeFormats", "IntensityStatistics", "Torch", "Networks",
      "Pictures", "Corpus", "Jobs", "MPI", "Evaluation", "Inference", "Architectures", "Recipes",
      "Tiling", "Components", "Segmentation",
    ]),
  // Floor 9.
  .target(
    name: "Report",
    dependencies: [
      "Files", "Voxels", "Threads", "Jobs", "IntensityStatistics", "Pictures", "Zarr", "VolumeFormats", "Components",
      "Corpus",
    ]),
  .target(
    name: "Viewer",
    dependencies: [
      "CViewerPage", "Files", "Voxels", "Threads", "Codecs", "Jobs", "Zarr", "VolumeFormats", "IntensityStatistics",
      "Components", "HTTPService", hummingbird, httpTypes, .product(name: "NIOPosix", package: "swift-nio"),
    ]),
  // Linked into `sheaf-networks` alone.
  .target(name: "ChallengeServer", dependencies: ["Files", "HTTPService", hummingbird, httpTypes, nioCore]),
  // Floor 10.
  .target(
    name: "Commands",
    dependencies: [
      "Files", "Voxels", "Threads", "MPI", "Zarr", "VolumeFormats", "Jobs", "IntensityStatistics", "Phantom", "Tiling",
      "Corpus", "Components", "Segmentation", "Evaluation", "Pictures", "Architectures", "Recipes", "Report", "Viewer",
      argumentParser,
    ]),
  // Floor 11: `sheaf` is what users start. For work with libtorch, which is slow to load, it becomes `sheaf-networks`.
  .executableTarget(
    name: "sheaf", dependencies: ["CBuild", "Commands"], linkerSettings: installedRuntime("../lib/sheaf")),
  .executableTarget(
    name: "sheaf-networks",
    dependencies: [
      "CBuild", "Architectures", "Commands", "Files", "Torch", "Zarr", "Jobs", "Networks", "Recipes", "Training",
      "Inference", "Tiling", "ChallengeServer",
    ],
    linkerSettings: installedRuntime("../../lib/sheaf")),
]

/// Files in a test's Fixtures directory are read in place, and therefore not declared as resources to be copied.
func testTarget(
  _ name: String, _ dependencies: [Target.Dependency], fixtures: [String] = [], resources: [Resource]? = nil
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: fixtures, resources: resources)
}

let tests: [Target] = [
  // Shared by test targets: the Python environment with the peers that Sheaf's files are compared with.
  .target(name: "PeerEnvironment", dependencies: ["TestTraits"], path: "Tests/Support/PeerEnvironment"),
  // What a test declares with its `@Test`: what it needs of the machine, and the seed of its random numbers.
  .target(name: "TestTraits", dependencies: ["Scratch"], path: "Tests/Support/TestTraits"),
  // Directories that are removed after the test, and random numbers that are the same on every machine.
  .target(name: "Scratch", dependencies: ["Files"], path: "Tests/Support/Scratch"),
  // Starting programs, also through mpirun, with a time limit; and a program to start that runs MPI and jobs.
  .target(name: "Launching", dependencies: ["Scratch"], path: "Tests/Support/Launching"),
  // How such programs end.
  .target(name: "Probing", dependencies: ["Files", "Jobs", "MPI"], path: "Tests/Support/Probing"),
  .executableTarget(
    name: "tile-probe", dependencies: ["Probing", "Files", "Voxels", "VolumeFormats", "Tiling", "Zarr", "Jobs", "MPI"],
    path: "Tests/Support/TileProbe"),
  .executableTarget(
    name: "mpi-probe", dependencies: ["Probing", "Files", "Threads", "CMPI", "MPI", "Jobs"],
    path: "Tests/Support/MPIProbe"),
  .executableTarget(
    name: "corpus-probe", dependencies: ["Probing", "MPI", "Jobs", "Corpus"], path: "Tests/Support/CorpusProbe"
  ),
  // Feeds mutated files to every parser, in processes of its own; `make fuzz` runs it for minutes, the tests for seconds.
  .executableTarget(
    name: "fuzz-formats",
    dependencies: [
      "Files", "Voxels", "Codecs", "Zarr", "VolumeFormats", "Torch", "Networks", "Launching", "Scratch", "CDeflate",
      "CLZ4", "CBZip2", "CLZMA",
    ], path: "Tests/Support/FuzzFormats"),
  testTarget("FuzzTests", ["fuzz-formats", "Launching", "Scratch", "TestTraits"]),
  testTarget("FilesTests", ["Files", "Scratch"]),
  testTarget("VoxelsTests", ["Voxels", "Scratch"]),
  testTarget("PhantomTests", ["Phantom", "Voxels", "VolumeFormats", "Jobs", "MPI", "Files", "Scratch"]),
  testTarget("PicturesTests", ["Pictures", "Voxels", "Files", "Scratch", "CPNG"]),
  testTarget("MPITests", ["MPI", "Launching", "mpi-probe"]),
  testTarget("ThreadsTests", ["Threads", "Files"]),
  testTarget("JobsTests", ["Jobs", "MPI", "Files", "Threads", "Launching", "Scratch", "mpi-probe", "TestTraits"]),
  testTarget("CodecsTests", ["Codecs", "Files", "Scratch", "CAEC", "CBZip2", "CLZ4", "CLZF", "CLZMA"]),
  testTarget(
    "ZarrTests", ["Zarr", "Codecs", "Voxels", "Files", "PeerEnvironment", "Scratch", "TestTraits"],
    resources: [.copy("Fixtures")]),
  testTarget(
    "VolumeFormatsTests", ["VolumeFormats", "Voxels", "Files", "PeerEnvironment", "Scratch", "TestTraits"]),
  testTarget("IntensityStatisticsTests", ["IntensityStatistics", "Voxels", "Files", "Scratch"]),
  testTarget(
    "TilingTests",
    [
      "Tiling", "Zarr", "VolumeFormats", "Voxels", "IntensityStatistics", "Jobs", "MPI", "Files", "Launching",
      "tile-probe",
      "PeerEnvironment", "Scratch", "TestTraits",
    ]),
  testTarget(
    "CorpusTests",
    [
      "Corpus", "IntensityStatistics", "Phantom", "Zarr", "VolumeFormats", "Tiling", "Voxels", "Files", "Jobs", "MPI",
      "Launching", "Scratch", "PeerEnvironment",
      "corpus-probe", "TestTraits",
    ]),
  testTarget("ComponentsTests", ["Components", "Voxels", "Files", "Scratch", "TestTraits"]),
  testTarget("SegmentationTests", ["Segmentation"]),
  testTarget(
    "EvaluationTests",
    ["Evaluation", "Components", "VolumeFormats", "Zarr", "Voxels", "Files", "Jobs", "MPI", "Scratch"],
    fixtures: ["Fixtures"]),
  testTarget("TorchTests", ["Torch", "PeerEnvironment", "Scratch", "TestTraits"], fixtures: ["Fixtures"]),
  testTarget(
    "NetworksTests", ["Networks", "Architectures", "Torch", "Files", "PeerEnvironment", "Scratch", "TestTraits"],
    fixtures: ["Fixtures"]),
  // A synthetic source of crops, and a program that trains on it under mpirun.
  .target(
    name: "TrainingFixtures", dependencies: ["Files", "Training", "Recipes", "Corpus", "Networks", "Voxels"],
    path: "Tests/Support/TrainingFixtures"),
  .executableTarget(
    name: "training-probe",
    dependencies: ["Probing", "TrainingFixtures", "Training", "Networks", "Torch", "Jobs", "MPI", "Files"],
    path: "Tests/Support/TrainingProbe"),
  testTarget(
    "TrainingTests",
    [
      "Training", "Inference", "Recipes", "Architectures", "Evaluation", "TrainingFixtures", "training-probe",
      "Launching", "Networks", "Torch", "IntensityStatistics", "Jobs",
      "MPI", "Corpus", "Pictures", "VolumeFormats", "Voxels", "Files", "PeerEnvironment", "Scratch", "TestTraits",
    ], fixtures: ["Fixtures"]),
  .executableTarget(
    name: "infer-probe",
    dependencies: ["Inference", "Components", "Networks", "Architectures", "Torch", "Voxels", "Jobs", "MPI", "Files"],
    path: "Tests/Support/InferProbe"),
  testTarget(
    "InferenceTests",
    [
      "Inference", "Segmentation", "Components", "Tiling", "Voxels", "Zarr", "IntensityStatistics", "Jobs", "MPI",
      "Files", "Networks", "Architectures", "Torch", "VolumeFormats", "Phantom", "Scratch", "Launching", "infer-probe",
      "TestTraits",
    ], fixtures: ["Fixtures"]),
  testTarget("ReportTests", ["Report", "IntensityStatistics", "Zarr", "Voxels", "Phantom", "Files", "Scratch"]),
  testTarget(
    "ViewerTests", ["Viewer", "Components", "VolumeFormats", "Zarr", "Voxels", "Files", "Scratch", "TestTraits"]),
  .executableTarget(
    name: "challenge-probe", dependencies: ["Probing", "Files", "Jobs", "ChallengeServer"],
    path: "Tests/Support/ChallengeProbe"),
  testTarget("ChallengeServerTests", ["ChallengeServer", "Files", "Scratch", "Launching", "challenge-probe"]),
  testTarget("CommandsTests", ["Commands", "Recipes", "Files", "Scratch", argumentParser]),
  testTarget(
    "EndToEndTests",
    [
      "sheaf", "sheaf-networks", "Files", "Voxels", "Zarr", "VolumeFormats", "Tiling", "Jobs", "MPI", "Networks",
      "Architectures", "Torch", "Launching", "PeerEnvironment", "Scratch", "TestTraits",
    ], fixtures: ["Fixtures"]),
]

let benchmarks: [Target] = [
  .executableTarget(
    name: "training-step-benchmark", dependencies: ["Files", "Networks", "Architectures", "Torch"],
    path: "benchmarks/TrainingStep"),
  .executableTarget(
    name: "read-store-benchmark", dependencies: ["Files", "Voxels", "Zarr", "Threads"], path: "benchmarks/ReadStore"),
  .executableTarget(
    name: "made-up-stores-benchmark", dependencies: ["Files", "Voxels", "Zarr", "IntensityStatistics"],
    path: "benchmarks/Corpus"),
  .executableTarget(
    name: "crops-benchmark", dependencies: ["Files", "Voxels", "Threads", "Corpus"], path: "benchmarks/Crops"),
]

/// `SHEAF_ONLY=ZarrTests,JobsTests swift test` builds and runs just these test targets and what they need.
func closure(of names: [String], in targets: [Target]) -> Set<String> {
  var found = Set(names)
  var open = names
  while let name = open.popLast(), let target = targets.first(where: { $0.name == name }) {
    for dependency in target.dependencies {
      if case .byNameItem(let next, _) = dependency, found.insert(next).inserted { open.append(next) }
    }
  }
  return found
}

var targets = libraries + modules + tests + benchmarks
if let only = environment["SHEAF_ONLY"], !only.isEmpty {
  let wanted = closure(of: only.split(separator: ",").map(String.init), in: targets)
  targets = targets.filter { wanted.contains($0.name) }
}

let package = Package(
  name: "sheaf",
  platforms: [.macOS(.v15)],
  products: ["sheaf", "sheaf-networks"].filter { name in targets.contains { $0.name == name } }.map {
    .executable(name: $0, targets: [$0])
  },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
  ],
  targets: targets,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
