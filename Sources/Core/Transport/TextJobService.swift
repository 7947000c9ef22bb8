/// What the connections of text clients have in common. Used on the event loop only.
package final class TextJobService {
    let buffer: any RemoteBuffer
    let devices: DeviceTable
    let tally: NetworkTally
    let moment: EngineSettings.ReplyMoment
    /// Bytes of jobs that were read from clients who have gone since, and are not inserted yet.
    private(set) var orphanedBytes = 0

    /// Clients that come, send and go must not fill our memory.
    static let mostOrphanedBytes = 4_194_304

    /// - Parameters:
    ///   - buffer: Where the jobs go.
    ///   - devices: Gives each device's name its number.
    ///   - tally: Counts what is refused.
    ///   - moment: When a job is acknowledged.
    package init(
        buffer: any RemoteBuffer,
        devices: DeviceTable,
        tally: NetworkTally,
        moment: EngineSettings.ReplyMoment
    ) {
        self.buffer = buffer
        self.devices = devices
        self.tally = tally
        self.moment = moment
    }

    /// Whether the jobs of a client that has gone can be kept.
    func adopt(bytes: Int) -> Bool {
        guard orphanedBytes + bytes <= Self.mostOrphanedBytes else { return false }
        orphanedBytes += bytes
        return true
    }

    func release(bytes: Int) {
        orphanedBytes -= bytes
    }
}
