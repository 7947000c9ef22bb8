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
    ],
    targets: [
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
        .target(name: "CSystem", path: "Sources/Core/CSystem"),
        .target(
            name: "Core",
            dependencies: [
                "CSystem",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            exclude: ["TerminalUI", "CSystem"]
        ),
        .target(
            name: "TerminalUI",
            dependencies: ["CNcurses", "CSystem"],
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
                "Core", "CSystem", "TerminalUI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .testTarget(name: "CoreTests", dependencies: ["Core"]),
        .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI"]),
        .testTarget(
            name: "DashboardTests",
            dependencies: ["Dashboard", "Core", "TerminalUI"],
            exclude: ["Goldens"]
        ),
        .testTarget(name: "DeviceClientTests", dependencies: ["DeviceClient"]),
        .testTarget(name: "EndToEndTests", dependencies: ["Core", "Dashboard", "DeviceClient"]),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [.treatAllWarnings(as: .error)]
}
