import ArgumentParser
import Glibc
import NIOCore
import NIOPosix

/// One client for both servers: a number of connections, each with as many calls under way.
///
/// It prints calls per second, counted between the end of a warm-up and the end. A reply that is not
/// the expected one ends it with status 1.
struct TCPBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tcp-bench")

    enum Peer: String, CaseIterable, ExpressibleByArgument {
        /// SUBMIT, answered when the job is in the buffer.
        case rpc
        /// Redis' LPUSH.
        case redis
    }

    @Argument var peer: Peer
    @Argument var port: Int
    @Option var connections = 1
    @Option var depth = 1
    @Option var seconds = 2.0

    func run() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let counter = NIOLoopBoundBox.makeBoxSendingValue(0, eventLoop: loop)
        let (peer, depth) = (peer, depth)
        for _ in 0..<connections {
            _ = try ClientBootstrap(group: group)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            Caller(Conversation(peer), depth: depth, counter)
                        )
                    }
                }
                .connect(host: "127.0.0.1", port: port).wait()
        }
        func count() throws -> (Int, Double) {
            try loop.submit { (counter.value, now()) }.wait()
        }
        sleep(for: 0.3)
        let start = try count()
        sleep(for: seconds)
        let end = try count()
        print(Int(Double(end.0 - start.0) / (end.1 - start.1)))
        fflush(nil)
        // The connections are cut: what is under way does not count.
        Glibc._exit(0)
    }
}

private func sleep(for seconds: Double) {
    usleep(UInt32(seconds * 1e6))
}

private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// What a request looks like, and how its replies are counted.
struct Conversation {
    private let peer: TCPBench.Peer
    private let request: [UInt8]
    private var xid: UInt32 = 0

    init(_ peer: TCPBench.Peer) {
        self.peer = peer
        switch peer {
        case .redis:
            request = Array("*3\r\n$5\r\nLPUSH\r\n$4\r\njobs\r\n$3\r\n3:5\r\n".utf8)
        case .rpc:
            let words: [UInt32] = [
                0, 0, 2, 536_887_319, 1, 1, 0, 0, 0, 0, 1, 0x3300_0000, 5, 0, 20_000,
            ]
            let mark = 0x8000_0000 | UInt32(words.count * 4)
            request = ([mark] + words).flatMap { word in
                (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) }
            }
        }
    }

    mutating func write(_ count: Int, to buffer: inout ByteBuffer) {
        for _ in 0..<count {
            let start = buffer.writerIndex
            buffer.writeBytes(request)
            guard peer == .rpc else { continue }
            xid &+= 1
            buffer.setInteger(xid, at: start + 4)
        }
    }

    /// Takes whole replies off the buffer.
    func take(from buffer: inout ByteBuffer) -> Int {
        var count = 0
        switch peer {
        case .redis:
            while let end = buffer.readableBytesView.firstIndex(of: 10) {
                precondition(buffer.readableBytesView.first == UInt8(ascii: ":"), "not an integer")
                buffer.moveReaderIndex(to: end + 1)
                count += 1
            }
        case .rpc:
            // A mark, six words of header, and the receipt: code, number, depth, capacity.
            while buffer.readableBytes >= 48 {
                let status = buffer.getInteger(at: buffer.readerIndex + 24, as: UInt64.self)
                precondition(status == 0, "a call was not accepted with OK")
                buffer.moveReaderIndex(forwardBy: 48)
                count += 1
            }
        }
        return count
    }
}

final class Caller: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var conversation: Conversation
    private let depth: Int
    private let counter: NIOLoopBoundBox<Int>
    private var received = ByteBuffer()

    init(_ conversation: Conversation, depth: Int, _ counter: NIOLoopBoundBox<Int>) {
        self.conversation = conversation
        self.depth = depth
        self.counter = counter
    }

    func channelActive(context: ChannelHandlerContext) {
        send(depth, context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = part } else { received.writeBuffer(&part) }
        let count = conversation.take(from: &received)
        guard count > 0 else { return }
        counter.value += count
        send(count, context)
    }

    private func send(_ count: Int, _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: count * 64)
        conversation.write(count, to: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }
}

TCPBench.main()
