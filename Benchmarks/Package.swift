// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that a plain `swift build` stays light. `Sources/Core`, `Sources/Dashboard`
// and `Sources/CNcurses` are symbolic links to the real sources: compiled inside this package, their
// `package` declarations can be used here.
let package = Package(
    name: "signalbox-benchmarks",
    products: [
        .executable(name: "engine-bench", targets: ["EngineBench"]),
        .executable(name: "rewind-bench", targets: ["RewindBench"]),
        .executable(name: "tcp-bench", targets: ["TCPBench"]),
        .executable(name: "soak", targets: ["Soak"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", exact: "0.18.2"),
    ],
    targets: [
        .target(name: "CLinux", path: "Sources/Core/CLinux"),
        .target(
            name: "Core",
            dependencies: [
                "CLinux",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "XMLCoder", package: "XMLCoder"),
            ],
            path: "Sources/Core",
            exclude: ["TerminalUI", "CLinux"],
            resources: [.embedInCode("Lessons/Texts")]
        ),
        .systemLibrary(name: "CNcurses"),
        .target(
            name: "TerminalUI",
            dependencies: ["CNcurses", "CLinux"],
            path: "Sources/Core/TerminalUI"
        ),
        .target(
            name: "Dashboard",
            dependencies: [
                "Core", "TerminalUI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            // The command line itself, and what reads its settings.
            exclude: [
                "Commands/Signalbox.swift", "Commands/ConfigCommand.swift", "Config/Config.swift",
                "Config/ConfigTemplate.swift",
            ]
        ),
        .executableTarget(
            name: "EngineBench",
            dependencies: [
                "Core", "Dashboard", "TerminalUI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(
            name: "RewindBench",
            dependencies: [
                "Core",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(
            name: "TCPBench",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
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

for target in package.targets where target.type != .system {
    target.swiftSettings = [.treatAllWarnings(as: .error)]
}
