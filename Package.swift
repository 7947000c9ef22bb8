// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "signalbox",
    products: [
        .executable(name: "signalbox", targets: ["Dashboard"]),
        .executable(name: "signalbox-device", targets: ["DeviceClient"]),
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
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
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
            exclude: ["TerminalUI", "CLinux"],
            // In the program itself, so that it can be moved.
            resources: [.embedInCode("Lessons/Texts")]
        ),
        .target(
            name: "TerminalUI",
            dependencies: ["CNcurses", "CLinux"],
            path: "Sources/Core/TerminalUI"
        ),
        .executableTarget(
            name: "Dashboard",
            dependencies: [
                "Core", "TerminalUI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(
            name: "DeviceClient",
            dependencies: [
                "Core", "CLinux", "TerminalUI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .testTarget(
            name: "CoreTests",
            dependencies: [
                "Core",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI"]),
        .testTarget(
            name: "DashboardTests",
            dependencies: ["Dashboard", "Core", "TerminalUI"],
            exclude: ["Goldens"]
        ),
        .testTarget(
            name: "DeviceClientTests",
            dependencies: ["DeviceClient", "Core", "TerminalUI"],
            exclude: ["Goldens"]
        ),
        .testTarget(name: "EndToEndTests", dependencies: ["Core", "Dashboard", "DeviceClient"]),
    ]
)

// Checking at run time that accesses do not overlap costs the event loop some 8 % of its time. Debug
// builds, in which the tests run, check.
for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    ]
}
