extension GroupEvent {
    /// The event as it is understood where it was heard: an address of the link gets its zone.
    ///
    /// Only together with it can anybody send there, and the sender cannot know what the interface is
    /// called here. Source: RFC 4007, sections 6 and 11.
    ///
    /// - Parameter interface: Such as `eth0`.
    /// - Returns: The event with another sender and another `at`, where these are such addresses.
    func heard(on interface: String) -> GroupEvent {
        var event = self
        event.sender = Self.zoned(sender, interface)
        event.fields = fields.map { field in
            field.key == "at" ? Field("at", Self.zoned(field.value, interface)) : field
        }
        return event
    }

    /// `[fe80::1]:5555` with the zone; whatever else it is stays as it is.
    private static func zoned(_ text: String, _ interface: String) -> String {
        guard text.hasPrefix("["), let end = text.firstIndex(of: "]"),
            let address = SocketAddress(numeric: String(text[..<end].dropFirst()), port: 0),
            address.isIPv6, address.isLinkLocal
        else { return text }
        return "\(text[..<end])%\(interface)\(text[end...])"
    }
}
