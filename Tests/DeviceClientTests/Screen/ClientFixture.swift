import Core

@testable import DeviceClient

/// Models of the client's screen for tests.
enum ClientFixture {
    static func model(
        width: Int = 80,
        height: Int = 24,
        plannedJobs: Int? = 15,
        counts: BufferCounts? = busy
    ) -> ClientModel {
        var model = ClientModel(
            setup: ClientModel.Setup(endpoint: "127.0.0.1:5555 udp", plannedJobs: plannedJobs),
            size: (width, height)
        )
        _ = model.update(.looked(look, counts, now: .seconds(20)))
        return model
    }

    static let busy: BufferCounts = {
        var counts = BufferCounts()
        (counts.depth, counts.capacity) = (4, 15)
        (counts.empty, counts.full) = (11, 4)
        (counts.waitingPut, counts.waitingTake) = (2, 1)
        return counts
    }()

    static let look: DeviceControl.Look = {
        var look = DeviceControl.Look()
        (look.waiting, look.sent, look.replied, look.unanswered) = (3, 7, 4, 1)
        look.failed = 1
        look.cpuTime = .seconds(21.5)
        (look.replyTime, look.longestReplyTime) = (.seconds(1.6), .seconds(1.25))
        let states: [DeviceControl.OwnJob.State] = [
            .replied(.seconds(0.0123)), .replied(.seconds(1.25)), .unanswered, .failed,
            .replied(.seconds(0.3)), .replied(.seconds(0.0377)), .sent(.seconds(17.5)),
            .sent(.seconds(20)),
        ]
        look.jobs = states.enumerated().map { index, state in
            DeviceControl.OwnJob(
                number: index + 1,
                device: index == 5 ? "kworker/0:0H-events_highpri" : "\(index % 3 + 1)",
                cpuTime: .seconds(index == 3 ? 0.25 : 3),
                state: state
            )
        }
        return look
    }()
}
