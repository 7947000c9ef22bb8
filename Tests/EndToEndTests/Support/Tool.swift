import Foundation
import Testing

/// A program of the system that some tests need.
enum Tool: String {
    case tmux, python3, nc, openssl, curl, promtool, rpcinfo, rpcgen, gcc, socat, ip, unshare
    case avahi = "avahi-daemon", dbus = "dbus-daemon"

    /// Its path; `nil` where it is not installed.
    var path: String? {
        let directories = Child.environment["PATH"]?.split(separator: ":") ?? []
        // rpcinfo and ip lie where only root's path leads.
        return (directories + ["/usr/sbin"]).map { "\($0)/\(rawValue)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A machine that tests for others must have everything; at home a test may be left out.
    static let leavesNothingOut = Child.environment["CI"] == "true"

    var isUsable: Bool { path != nil || Self.leavesNothingOut }

    func required() throws -> String {
        try #require(path, "\(rawValue) is not installed, and CI=true leaves nothing out")
    }
}

extension Trait where Self == ConditionTrait {
    /// Leaves the test out, visibly, where the tool is missing; with `CI=true` the test fails instead.
    static func needs(_ tool: Tool) -> Self {
        .enabled(if: tool.isUsable, "needs \(tool.rawValue), which is not installed")
    }
}
