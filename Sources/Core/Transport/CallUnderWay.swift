/// A call that goes on, and the buffer that can withdraw it.
package struct CallUnderWay {
    let buffer: any RemoteBuffer
    let call: AgentCall
    private let whenWithdrawn: () -> Void

    /// - Parameters:
    ///   - buffer: Where it goes on.
    ///   - call: Which it is there.
    ///   - whenWithdrawn: Told when the client has gone; its outcome is told to nobody then.
    init(
        buffer: any RemoteBuffer,
        call: AgentCall,
        whenWithdrawn: @escaping () -> Void = {}
    ) {
        self.buffer = buffer
        self.call = call
        self.whenWithdrawn = whenWithdrawn
    }

    /// The client was told to go, and is told so.
    func deny() { buffer.deny(call) }

    /// The client has gone.
    func withdraw() {
        buffer.withdraw(call)
        whenWithdrawn()
    }
}
