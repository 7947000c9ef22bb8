/// Somebody who makes calls or sends jobs, as the guard sees them: a connection, or the sender of
/// one datagram. Used on the event loop only.
package final class Guest {
    let address: SocketAddress
    private let room: RoomGuard
    private let isDatagram: Bool
    /// Whose jobs it sent, to be known again when a device is told to go.
    private var devices: Set<DeviceID> = []
    private var lastDevice: DeviceID?
    private var devicesToldToGo: Set<DeviceID> = []
    /// Its address was kicked out.
    private(set) var isToldToGo = false

    /// - Parameters:
    ///   - room: Who guards it.
    ///   - address: Where the guest is.
    ///   - isDatagram: Whether it is a datagram's sender.
    package init(
        of room: RoomGuard = RoomGuard(),
        at address: SocketAddress = .loopback(port: 0),
        isDatagram: Bool = false
    ) {
        self.room = room
        self.address = address
        self.isDatagram = isDatagram
    }

    /// The number under which it answers for its jobs.
    var sender: Int { room.sender(of: address) }

    /// Why it may not ask for anything now.
    var denial: Denial? { room.muted.contains(address) ? .addressMuted : nil }

    /// Why it may not put a job of this device into the buffer now.
    func denial(of device: DeviceID) -> Denial? {
        note(device)
        return denial
            ?? room.denial(ofJobOf: device, from: address, isDatagram: isDatagram)
    }

    /// The same, unless it is only muted: the job came before that.
    func queueDenial(of device: DeviceID) -> Denial? {
        room.denial(ofJobOf: device, from: address, isDatagram: false, evenIfMuted: true)
    }

    /// The device was told to go while a job of it had to wait.
    func isToldToGo(_ device: DeviceID) -> Bool {
        isToldToGo || devicesToldToGo.contains(device)
    }

    func tellToGo(_ device: DeviceID) { devicesToldToGo.insert(device) }

    func tellToGo() { isToldToGo = true }

    private func note(_ device: DeviceID) {
        guard !isDatagram, lastDevice != device else { return }
        lastDevice = device
        devices.insert(device)
    }

    /// Whether it sent a job of this device.
    func speaks(for device: DeviceID) -> Bool { devices.contains(device) }

    // MARK: - Waits

    /// Why it may not wait for a slot, or for a job.
    func denial(ofWaitOf device: DeviceID? = nil) -> Denial? {
        room.denial(ofWaitOf: device, by: address)
    }

    func beginWait(of device: DeviceID? = nil) -> RoomGuard.Wait? {
        room.beginWait(of: device, by: address)
    }

    func end(_ wait: RoomGuard.Wait?) {
        if let wait { room.end(wait) }
    }
}
