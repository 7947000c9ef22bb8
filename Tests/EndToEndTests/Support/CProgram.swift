import Foundation
import Testing

/// The client in C that rpcgen and libtirpc make of the published interface, built once.
enum CProgram {
    private static let headers = "/usr/include/tirpc"

    static var isUsable: Bool {
        Tool.rpcgen.isUsable && Tool.gcc.isUsable
            && (FileManager.default.fileExists(atPath: headers) || Tool.leavesNothingOut)
    }

    private static let building = Task { try await build() }

    /// The program's path.
    static func path() async throws -> String { try await building.value }

    private static func build() async throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let directory = URL(fileURLWithPath: BuiltProgram.directory)
            .appendingPathComponent("client-in-c")
        try? FileManager.default.removeItem(at: directory)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let (rpcgen, gcc) = (try Tool.rpcgen.required(), try Tool.gcc.required())
        let script = """
            set -e; cd "$1"
            cp "$2/Docs/signalbox.x" .
            "$3" -N -C -h signalbox.x > signalbox.h
            "$3" -N -C -c signalbox.x > signalbox_xdr.c
            "$3" -N -C -l signalbox.x > signalbox_clnt.c
            "$4" -w -I. -I\(headers) "$2/Examples/c/client.c" signalbox_clnt.c signalbox_xdr.c \\
                -ltirpc -o client
            """
        let arguments = ["-c", script, "sh", directory.path, root.path, rpcgen, gcc]
        let shell = try Child("/bin/sh", arguments)
        let end = try await shell.waitForEnd()
        try #require(end == .exited(0), "\(shell.story())")
        return directory.appendingPathComponent("client").path
    }
}

extension Trait where Self == ConditionTrait {
    static var needsCProgram: Self {
        .enabled(if: CProgram.isUsable, "needs rpcgen, gcc and libtirpc, which are not installed")
    }
}
