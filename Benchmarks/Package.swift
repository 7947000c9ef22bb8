// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that a plain `swift build` stays light. `Sources/Core` is a symbolic link
// to the real sources: compiled inside this package, their `package` declarations can be used here.
let package = Package(
    name: "signalbox-benchmarks",
    products: [
        .executable(name: "engine-bench", targets: ["EngineBench"]),
        .executable(name: "soak", targets: ["Soak"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    ],
    targets: [
        .target(name: "CSystem", path: "Sources/Core/CSystem"),
        .target(
            name: "Core",
            dependencies: [
                "CSystem",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            path: "Sources/Core",
            exclude: ["TerminalUI", "CSystem"]
        ),
        .executableTarget(
            name: "EngineBench",
            dependencies: [
                "Core",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(
            name: "Soak",
            dependencies: [
                "Core",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
    ]
)

for target in package.targets {
    target.swiftSettings = [.treatAllWarnings(as: .error)]
}
