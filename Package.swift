// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Braid",
  platforms: [.macOS(.v26)],
  products: [
    .library(
      name: "Braid",
      targets: ["Training", "Networks", "Tensors", "Tasks", "Tokenization", "Balancing", "Evaluation"]),
    .executable(name: "braid", targets: ["BraidCLI"]),
  ],
  targets: [
    .target(name: "Kernels"),
    .target(name: "Checksums"),
    .target(name: "Bytes"),
    .target(name: "Randomness"),
    .target(name: "LinearAlgebra"),
    .target(name: "Tensors", dependencies: ["Kernels", "LinearAlgebra", "Randomness"]),
    .target(name: "Wording"),
    .target(name: "Tokenization", dependencies: ["Bytes"]),
    .target(name: "Tasks", dependencies: ["Bytes", "Tokenization", "Randomness", "Wording"]),
    .target(
      name: "Networks", dependencies: ["Tensors", "Tasks", "Randomness", "Wording"],
      exclude: ["Sharing/README.md"]),
    .target(name: "Balancing", dependencies: ["LinearAlgebra", "Randomness"], exclude: ["README.md"]),
    .target(name: "Evaluation", dependencies: ["Bytes", "Randomness", "Wording"]),
    .target(
      name: "Training",
      dependencies: [
        "Bytes", "Checksums", "LinearAlgebra", "Networks", "Tensors", "Tasks", "Tokenization", "Balancing",
        "Evaluation", "Randomness", "Wording",
      ], exclude: ["TRANSFER.md"]),
    .target(name: "CommandLineOptions", dependencies: ["Bytes", "Wording"]),
    .target(name: "Reporting", dependencies: ["CommandLineOptions", "Evaluation", "Tasks", "Wording"]),
    .target(name: "RankingFiles", dependencies: ["Bytes", "Evaluation", "Tasks", "Wording"]),
    .executableTarget(
      name: "BraidCLI",
      dependencies: [
        "Bytes", "CommandLineOptions", "RankingFiles", "Reporting", "Training", "Networks", "Tensors",
        "Tasks", "Tokenization", "Balancing", "Evaluation", "Wording",
      ]),
    .testTarget(name: "WordingTests", dependencies: ["Wording"]),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Tokenization", "TestSupport"], exclude: ["Fixtures"]),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
    .testTarget(name: "TensorsTests", dependencies: ["Kernels", "Tensors", "TestSupport"]),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "Randomness"]),
    .testTarget(name: "TasksTests", dependencies: ["Tasks", "Tokenization", "TestSupport"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "Tensors", "Tasks", "Randomness", "TestSupport"]),
    .testTarget(
      name: "BalancingTests", dependencies: ["Balancing", "LinearAlgebra", "Randomness", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Training", "Checksums", "Networks", "Tensors", "Tasks", "Tokenization"],
      exclude: ["Fixtures"]),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Training", "Networks", "Tasks", "Tokenization", "Evaluation", "RankingFiles", "Reporting",
      ], path: "Tests/FuzzTargets", exclude: ["Corpus"]),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "Randomness"]),
    .testTarget(name: "CommandLineOptionsTests", dependencies: ["CommandLineOptions", "TestSupport"]),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting"], exclude: ["Fixtures"]),
    .testTarget(
      name: "WorkedExampleTests",
      dependencies: ["LinearAlgebra", "Networks", "Tensors", "Tasks", "Balancing", "Evaluation"]),
    .testTarget(name: "BraidCLITests", dependencies: ["BraidCLI", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

// What is not safe is said where it stands, with its reason.
for target in package.targets where target.type != .test && target.name != "TestSupport" {
  target.swiftSettings = [.strictMemorySafety()]
}

// Tests/Fuzzer/fuzz builds this one, with libFuzzer's own `main`.
if Context.environment["BRAID_LIBFUZZER"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzer", dependencies: ["FuzzTargets"], path: "Tests/Fuzzer", exclude: ["fuzz", "hour.log"],
      swiftSettings: [.strictMemorySafety()]))
}

// .ci/sanitizers builds some test targets and what they need, and nothing else.
if let names = Context.environment["BRAID_ONLY"] {
  var waiting = names.split(separator: " ").map(String.init)
  var kept: Set<String> = []
  while let name = waiting.popLast() {
    guard kept.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else {
      continue
    }
    for dependency in target.dependencies {
      if case .byNameItem(let name, _) = dependency { waiting.append(name) }
    }
  }
  package.targets.removeAll { !kept.contains($0.name) }
  package.products = []
}
