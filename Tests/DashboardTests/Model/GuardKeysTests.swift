import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Muting, kicking and limiting the selected device", .timeLimit(.minutes(5)))
struct GuardKeysTests {
    private func model(width: Int = 80, height: Int = 24) -> DashboardModel {
        var model = Fixture.sketch(width: width, height: height)
        model.setup.hasRoom = true
        for place in model.live.devices.indices {
            model.live.devices[place].id = DeviceID(UInt32(place + 1))
        }
        model.focus = .devices
        return model
    }

    private func press(_ model: inout DashboardModel, _ keys: Key...) -> [Effect] {
        keys.flatMap { model.update(.key($0)) }
    }

    @Test("u mutes and lets speak again; the pane says muted, in words")
    func mute() {
        var model = model()
        #expect(press(&model, .down, .down, .character("u")) == [.mute(DeviceID(2), true)])
        #expect(model.notice == "1 is muted: its jobs are refused; u lets it speak again")
        #expect(Screen.draw(model).text.contains("muted"))
        #expect(press(&model, .character("u")) == [.mute(DeviceID(2), false)])
        #expect(!Screen.draw(model).text.contains("muted"))
    }

    @Test("K kicks, l goes through the limits and back to the usual one")
    func kickAndLimit() {
        var model = model()
        #expect(press(&model, .down, .character("K")) == [.kick(DeviceID(1))])
        #expect(model.live.devices[0].rules.isMuted)
        let limits: [Int?] = [1, 4, 16, 64, nil, 1]
        for limit in limits {
            #expect(press(&model, .character("l")) == [.limit(DeviceID(1), limit)])
        }
        _ = press(&model, .character("u"))
        #expect(Screen.draw(model).text.contains("max 1, 4 jobs"))
    }

    @Test("the selection stays with the device when rows move, also when they are filtered")
    func rowsMove() {
        var model = model()
        _ = press(&model, .down, .down)
        model.live.devices.reverse()
        #expect(press(&model, .character("u")) == [.mute(DeviceID(2), true)])
        model.live.devices.swapAt(0, 1)
        #expect(model.cursor(.devices) == 0)
        _ = press(&model, .character("/"), .character("1"), .enter)
        #expect(press(&model, .character("K")) == [.kick(DeviceID(2))])
        _ = press(&model, .escape)
        model.live.devices.removeAll { $0.id == DeviceID(2) }
        #expect(press(&model, .character("K")).isEmpty)
    }

    @Test("whoever selected nobody silences nobody, unless there is only one")
    func nothingSelected() {
        for key in [Key.character("u"), .character("K"), .character("l")] {
            var model = model()
            #expect(press(&model, key).isEmpty)
            #expect(model.notice?.hasPrefix("select a device first") == true)
            model.live.devices.removeLast(2)
            #expect(press(&model, key).count == 1)
        }
    }

    @Test("nobody is silenced who is not marked, who is of the past, or who is not there")
    func refused() {
        var elsewhere = model()
        elsewhere.focus = .log
        #expect(press(&elsewhere, .character("K")).isEmpty)
        #expect(elsewhere.focus == .devices)

        var past = model()
        past.rewind = Rewind(Fixture.film(of: "correct"), at: 1)
        #expect(press(&past, .character("u")).isEmpty)

        var nobody = Fixture.empty()
        nobody.setup.hasRoom = true
        nobody.focus = .devices
        #expect(press(&nobody, .character("l")).isEmpty)
        #expect(nobody.notice == "there is no device yet")
    }
}

@Suite("Muting and kicking an address", .timeLimit(.minutes(5)))
struct AddressKeysTests {
    private let prankster = SocketAddress.loopback(port: 0)
    private let other = SocketAddress.loopbackIPv6(port: 0)

    /// With the page N open and both addresses on it.
    private func model() -> DashboardModel {
        var model = Fixture.sketch()
        model.setup.hasRoom = true
        #expect(press(&model, "N").isEmpty)
        _ = model.update(.peersRead([PeerRow(prankster), PeerRow(other)]))
        return model
    }

    private func press(_ model: inout DashboardModel, _ key: Character) -> [Effect] {
        model.update(.key(.character(key)))
    }

    @Test("u mutes the selected address and lets it send again, and the page stays")
    func mute() {
        var model = model()
        #expect(press(&model, "u") == [.muteAddress(prankster, true)])
        #expect(model.notice == "127.0.0.1 is muted: all it sends is refused; u lets it send again")
        #expect(Screen.draw(model).text.contains("MUTED"))
        #expect(press(&model, "u") == [.muteAddress(prankster, false)])
        #expect(!Screen.draw(model).text.contains("MUTED") && model.panel == .refused)
    }

    @Test("K kicks the selected address out, which stays selected when rows move")
    func kick() {
        var model = model()
        #expect(press(&model, "j").isEmpty)
        _ = model.update(.peersRead([PeerRow(other), PeerRow(prankster)]))
        #expect(press(&model, "K") == [.kickAddress(other)])
        #expect(model.peers.selected?.isMuted == true)
        #expect(press(&model, "j").isEmpty && press(&model, "j").isEmpty)
        #expect(press(&model, "K") == [.kickAddress(prankster)])
    }

    @Test("whoever was selected and has gone is not replaced by somebody else")
    func gone() {
        var model = model()
        _ = model.update(.peersRead([PeerRow(other)]))
        #expect(press(&model, "K").isEmpty)
        #expect(model.notice == "select an address first (↑ ↓)")
        #expect(press(&model, "j").isEmpty)
        #expect(press(&model, "u") == [.muteAddress(other, true)])
    }

    @Test("the page opens with the address of the selected device; u means it, not the device")
    func fromDevice() {
        var model = Fixture.sketch()
        model.setup.hasRoom = true
        model.focus = .devices
        model.live.devices[0].address = other
        _ = press(&model, "j")
        _ = press(&model, "N")
        _ = model.update(.peersRead([PeerRow(prankster), PeerRow(other)]))
        #expect(press(&model, "u") == [.muteAddress(other, true)])
    }

    @Test("a screen that only looks silences no address")
    func readOnly() {
        var model = model()
        model.setup.isReadOnly = true
        #expect(press(&model, "u").isEmpty && press(&model, "K").isEmpty)
        #expect(model.notice?.hasPrefix("read-only") == true && model.panel == .refused)
    }

    @Test("any other key goes back")
    func back() {
        var model = model()
        #expect(press(&model, "l").isEmpty && model.panel == nil)
    }
}

@Suite("A screen that only looks", .timeLimit(.minutes(5)))
struct ReadOnlyTests {
    /// Effects that ask for something to look at, and nothing else.
    private func onlyLooks(_ effect: Effect) -> Bool {
        switch effect {
        case .film, .compareSchedules, .quit, .showMailbox: true
        default: false
        }
    }

    @Test("obeys no key of the table that does something to the run", arguments: [true, false])
    func readOnly(isPaused: Bool) {
        for binding in KeyBinding.all {
            for key in binding.keys {
                for focus in PaneKind.focusable {
                    var model = Fixture.sketch()
                    model.setup.hasRoom = true
                    model.setup.isReadOnly = true
                    model.live.state.isPaused = isPaused
                    model.focus = focus
                    let effects = model.update(.key(key))
                    #expect(effects.allSatisfy(onlyLooks), "\(key.label): \(effects)")
                    #expect(model.live.state.isPaused == isPaused, "\(key.label)")
                    guard binding.action.changesServer else { continue }
                    #expect(model.notice?.hasPrefix("read-only") == true, "\(key.label)")
                    #expect(model.pace == nil && model.attack == nil, "\(key.label)")
                }
            }
        }
    }

    @Test("q asks before it ends what everybody looks at")
    func quit() {
        var model = Fixture.sketch()
        model.setup.isReadOnly = true
        #expect(model.update(.key(.character("q"))).isEmpty)
        #expect(Screen.draw(model).text.contains("press q again to end it for everybody"))
        #expect(model.update(.key(.tab)).isEmpty)
        #expect(model.update(.key(.character("q"))).isEmpty)
        #expect(model.update(.key(.character("q"))) == [.quit])
    }

    @Test("says so, and names no key that does nothing", arguments: [true, false])
    func keys(isWatcher: Bool) {
        var model = Fixture.sketch()
        model.setup.isReadOnly = !isWatcher
        model.watch = isWatcher ? WatchView(name: "far:1", link: .live, isGreeted: true) : nil
        let frame = Screen.draw(model)
        #expect(frame.line(0).contains("read-only") != isWatcher)
        for word in ["pause", "step", "rate", "program", "adversary"] {
            #expect(!frame.line(23).contains(" \(word)"), "\(frame.line(23))")
        }
        #expect(frame.line(23).contains("q quit") && frame.line(23).contains("freeze"))
        let help = Help.pages(of: model).joined().joined().compactMap { line in
            if case .keys(let row) = line { row.action } else { nil }
        }
        #expect(help.contains(.freeze) && !help.contains(.mute))
    }

    @Test("without the flag, what it names does something")
    func notReadOnly() {
        var model = Fixture.sketch()
        #expect(model.update(.key(.character(" "))) == [.pause])
    }
}
