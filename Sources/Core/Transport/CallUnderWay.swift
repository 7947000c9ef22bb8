/// A call that goes on, and the buffer that can withdraw it.
package struct CallUnderWay {
    let buffer: any RemoteBuffer
    let call: AgentCall

    /// The client has gone.
    func withdraw() { buffer.withdraw(call) }
}
