// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built the same way: Swift 6, explicit imports, no warnings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// C warnings stop the build too; the library targets are ours alone.
let strictC: [CSetting] = [
    .unsafeFlags(["-Wall", "-Wextra", "-Werror"])
]

/// A kernel compiled at `-O0` is a hundred times slower, so debug builds optimise C as well.
let kernelC: [CSetting] = strictC + [.unsafeFlags(["-O3", "-fno-math-errno"])]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestKit", "Locks"] + dependencies,
        swiftSettings: strict)
}

// The order is the ladder: a target may depend on those above it only (scripts/check-ladder.sh).
let package = Package(
    name: "arcface",
    targets: [
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "COpenBLAS"),
        .systemLibrary(name: "CJPEG"),
        .systemLibrary(name: "CPNG"),
        .target(name: "CImageCodecs", dependencies: ["CJPEG", "CPNG"], cSettings: kernelC),
        .target(name: "CPosix", cSettings: strictC),
        .target(name: "CDigest", cSettings: kernelC),
        .target(name: "CKernels", cSettings: kernelC),
        .target(name: "CMigrations", cSettings: strictC),
        .target(name: "CModels", exclude: ["models"], cSettings: strictC),

        library("Locks"),
        library("Files"),
        library("Encodings"),
        library("Digest", ["CDigest", "Files", "Encodings"]),
        library("Telemetry", ["Locks", "Files", "Encodings"]),
        library("HTTP"),
        library("HTTPServer", ["Locks", "Encodings", "HTTP", "CPosix"]),
        library("ONNX"),
        library("Kernels", ["CKernels", "COpenBLAS"]),
        library("Inference", ["Locks", "ONNX", "Kernels", "Digest"]),
        library("Imaging", ["CImageCodecs"]),
        library("Faces", ["CModels", "Files", "Encodings", "Inference", "Kernels", "Imaging", "Digest"]),
        library("Inversion", ["Files", "Encodings", "Inference", "Kernels", "Imaging", "Faces", "Digest"]),
        library("VectorSearch", ["Locks", "Kernels"]),
        library(
            "Gallery",
            ["CSQLite", "CMigrations", "Locks", "Files", "Encodings", "Kernels", "VectorSearch", "Digest"]),
        library("SubCenter", ["Locks", "Kernels"]),
        library(
            "FaceService",
            [
                "Locks", "Files", "Encodings", "Digest", "Telemetry", "HTTP", "HTTPServer", "Inference",
                "Kernels", "Imaging", "Faces", "Inversion", "VectorSearch", "Gallery", "SubCenter",
            ]),
        library(
            "Commands",
            [
                "FaceService", "Locks", "Files", "Encodings", "Digest", "Inference", "Kernels", "Imaging",
                "Faces",
                "Inversion", "VectorSearch", "Gallery", "SubCenter",
            ]),
        .executableTarget(name: "arcface", dependencies: ["Commands"], swiftSettings: strict),

        .target(
            name: "TestKit", dependencies: ["CPosix", "Locks"], path: "Tests/TestKit", swiftSettings: strict),
        tests("Files"),
        tests("Encodings"),
        tests("Digest"),
        tests("Telemetry"),
        tests("HTTP"),
        tests("HTTPServer", ["HTTP"]),
        tests("ONNX"),
        tests("Kernels"),
        tests("Inference", ["Kernels", "Digest"]),
        tests("Imaging", ["CImageCodecs"]),
        tests("Faces", ["Digest", "Imaging", "Kernels", "ONNX"]),
        tests("Inversion", ["Digest", "Faces", "Imaging", "Inference", "Kernels"]),
        tests("VectorSearch", ["Kernels"]),
        tests("Gallery", ["CSQLite", "Encodings"]),
        tests("SubCenter", ["Kernels"]),
        tests(
            "FaceService",
            [
                "CSQLite", "Encodings", "HTTP", "HTTPServer", "Telemetry", "Faces", "Gallery", "Imaging",
                "SubCenter",
            ]),
        // With the executable, which a test runs as a person would.
        tests(
            "Commands",
            [
                "arcface", "CSQLite", "Encodings", "Digest", "FaceService", "Faces", "HTTP", "HTTPServer",
                "Imaging", "Kernels",
            ]),
    ]
)
