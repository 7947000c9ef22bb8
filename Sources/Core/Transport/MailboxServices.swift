/// Who answers the dialects at one port, each on the mailbox that is meant there where none is named.
/// Used on the event loop only.
struct MailboxServices {
    let buffer: any RemoteBuffer
    let remoteCalls: RemoteCallService
    let requests: BufferRequestService
    let textJobs: TextJobService

    init(
        _ mailboxes: Mailboxes,
        registry: Registry,
        devices: DeviceTable,
        tally: NetworkTally,
        moment: EngineSettings.ReplyMoment,
        historySlots: ConnectionLimits.PeerLimit<Int>,
        clock: any EngineClock
    ) {
        buffer = mailboxes.standard.buffer
        remoteCalls = RemoteCallService(
            mailboxes: mailboxes,
            registry: registry,
            devices: devices,
            // Of its own, because the same call at another port is another call.
            history: ReplyHistory(limitPerHost: historySlots),
            tally: tally,
            clock: clock
        )
        requests = BufferRequestService(mailboxes: mailboxes, devices: devices, tally: tally)
        textJobs = TextJobService(
            buffer: buffer,
            devices: devices,
            tally: tally,
            moment: moment
        )
    }
}
