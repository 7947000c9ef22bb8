import Foundation
import Testing

@testable import Core

/// Programs that nobody here wrote read our bytes.
@Suite("Remote calls as others read them", .timeLimit(.minutes(5)))
struct RemoteCallOracleTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("tshark finds every field of request and reply where it belongs", .needs(.tshark))
    func tshark() throws {
        let rig = RemoteRig()
        let submit = RemoteRequest.submit(
            RemoteSubmit(RemoteJob(device: "3", seconds: 5, body: Array("hello".utf8)))
        ).message(xid: 0x6b01_eabc)
        rig.call(submit)
        let unknown =
            bytes(hex: "00000007") + submit[4..<20] + bytes(hex: "0000000b")
            + submit[24..<40]
        rig.call(unknown)
        let scratch = try Scratch()
        let file = try scratch.write(
            Self.capture([
                (submit, true), (rig.replies[0], false),
                (unknown, true), (rig.replies[1], false),
            ]),
            to: "calls.pcap"
        )

        let fields =
            ["xid", "msgtyp", "version", "program", "programversion", "procedure"]
            + ["auth.flavor", "replystat", "state_accept"]
        let (status, output) = try Oracle.tshark.run(
            ["-r", file, "-o", "rpc.dissect_unknown_programs:TRUE", "-Y", "rpc", "-T", "fields"]
                + ["-E", "separator=;", "-E", "occurrence=f"]
                + fields.flatMap { ["-e", "rpc.\($0)"] }
        )

        try #require(status == 0, "\(output)")
        let lines = output.split(separator: "\n").filter { $0.contains(";") }.map(String.init)
        #expect(
            lines == [
                "0x6b01eabc;0;2;536887319;1;1;0;;", "0x6b01eabc;1;;536887319;1;1;0;0;0",
                "0x00000007;0;2;536887319;1;11;0;;", "0x00000007;1;;536887319;1;11;0;0;3",
            ],
            "\(output)"
        )
    }

    @Test("rpcgen accepts the interface", .needs(.rpcgen))
    func rpcgen() throws {
        _ = try Self.generated()
    }

    @Test(
        "the C client compiles against the interface",
        .needs(.rpcgen),
        .enabled(
            if: hasLibrary || Oracle.leavesNothingOut,
            "needs libtirpc, which is not installed"
        )
    )
    func compiles() throws {
        let scratch = try Self.generated()
        let client = Self.root.appendingPathComponent("Examples/c/client.c")

        let (status, output) = try Oracle.gcc.run(
            ["-w", "-I.", "-I\(Self.headers)", client.path, "clnt.c", "xdr.c", "-ltirpc"]
                + ["-o", "client"],
            in: scratch.directory
        )

        #expect(status == 0, "\(output)")
    }

    private static let headers = "/usr/include/tirpc"
    private static let hasLibrary = FileManager.default.fileExists(atPath: headers)

    /// What rpcgen makes of the interface.
    private static func generated() throws -> Scratch {
        let scratch = try Scratch()
        try FileManager.default.copyItem(
            at: root.appendingPathComponent("Docs/signalbox.x"),
            to: scratch.directory.appendingPathComponent("signalbox.x")
        )
        for (flag, name) in [("-h", "signalbox.h"), ("-c", "xdr.c"), ("-l", "clnt.c")] {
            let (status, output) = try Oracle.rpcgen.run(
                ["-N", "-C", flag, "-o", name, "signalbox.x"],
                in: scratch.directory
            )
            try #require(status == 0, "\(output)")
        }
        return scratch
    }

    /// A capture file of UDP datagrams between two addresses (raw IP packets, link type 101).
    private static func capture(_ datagrams: [(bytes: [UInt8], isCall: Bool)]) -> [UInt8] {
        var file = bytes(hex: "a1b2c3d4 0002 0004 00000000 00000000 00010000 00000065")
        for (number, datagram) in datagrams.enumerated() {
            let ports = datagram.isCall ? "9c40 15b3" : "15b3 9c40"
            let length = datagram.bytes.count + 28
            let packet =
                bytes(hex: "4500") + big(UInt16(length)) + bytes(hex: "0000 0000 4011 0000")
                + bytes(hex: "7f000001 7f000001" + ports) + big(UInt16(length - 20)) + [0, 0]
                + datagram.bytes
            file += big(UInt32(number)) + big(UInt32(0)) + big(UInt32(length)) + big(UInt32(length))
            file += packet
        }
        return file
    }

    private static func big(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
