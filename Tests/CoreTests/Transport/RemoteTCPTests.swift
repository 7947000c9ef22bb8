import NIOCore
import NIOPosix
import Testing

@testable import Core

/// Our client over real sockets against our handler on a fake buffer.
@Suite("Remote calls over real TCP", .timeLimit(.minutes(5)))
struct RemoteTCPTests {
    @Test("a client's calls are answered, also two at once, and a waiting one")
    func calls() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let rig = RemoteRig(capacity: 1)
                    try channel.pipeline.syncOperations.addHandler(
                        RemoteCallHandler(
                            rig.service,
                            client: .loopback(port: 1),
                            tally: rig.tally
                        )
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        let port = UInt16(channel.localAddress?.port ?? 0)
        let patience = Duration.seconds(60)
        let client = try RemoteClient(.loopback(port: port), over: .tcp, timeout: patience)

        #expect(try client.doOperation(.null, timeout: patience) == .null)
        let job = RemoteJob(device: "3", seconds: 1, body: [UInt8](repeating: 7, count: 4096))
        let taking = try client.beginOperation(.take(waitMilliseconds: 20_000))
        #expect(
            try client.doOperation(.submit(RemoteSubmit(job)), timeout: patience)
                == .receipt(RemoteReceipt(.ok, id: 1, depth: 1, capacity: 1))
        )
        #expect(try client.awaitReply(to: taking, timeout: patience) == .taking(.taken(id: 1, job)))

        try channel.close().wait()
        try group.syncShutdownGracefully()
        #expect(throws: RemoteCallFailure.self) {
            try client.doOperation(.null, timeout: patience)
        }
    }
}
