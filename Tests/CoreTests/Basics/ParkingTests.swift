import Core
import Synchronization
import Testing

@Suite("Parking and locking", .timeLimit(.minutes(5)))
struct ParkingTests {
    @Test("a permit given before a thread parks is not lost")
    func permitFirst() {
        let parker = Parker()

        parker.unpark()
        parker.park()
    }

    @Test("two threads that let each other go in turn never miss a turn", arguments: [true, false])
    func pingPong(spinning: Bool) {
        let rounds = 5000
        let turn = Atomic(0)
        let parkers = [Parker(), Parker()]

        withExtendedLifetime(Box(turn)) { box in
            let threads = (0..<2).map { me in
                SystemThread(name: "player") {
                    for _ in 0..<rounds {
                        while box.value.load(ordering: .acquiring) % 2 != me {
                            parkers[me].park(spinning: spinning)
                        }
                        box.value.add(1, ordering: .acquiringAndReleasing)
                        parkers[1 - me].unpark()
                    }
                }
            }
            for thread in threads { thread.join() }
            #expect(box.value.load(ordering: .relaxed) == 2 * rounds)
        }
    }

    @Test("only one thread at a time holds a spin lock")
    func exclusion() {
        let counter = Guarded(0)
        let threads = (0..<8).map { _ in
            SystemThread(name: "counter") {
                for _ in 0..<20_000 { counter.withLock { $0 += 1 } }
            }
        }

        for thread in threads { thread.join() }

        #expect(counter.withLock { $0 } == 160_000)
    }

    @Test("a manual clock lets sleepers go exactly when their time has come")
    func manualClock() {
        let clock = ManualClock()
        let parker = Parker()
        let woken = Box(Atomic(0))
        let thread = SystemThread(name: "sleeper") {
            while clock.now < .seconds(5) {
                clock.park(parker, until: .seconds(5), spinning: false)
            }
            woken.value.store(Int(clock.now.count), ordering: .releasing)
        }

        clock.advance(by: .seconds(4))
        #expect(woken.value.load(ordering: .acquiring) == 0)
        clock.advance(by: .seconds(1))
        thread.join()

        #expect(woken.value.load(ordering: .acquiring) == 5_000_000)
    }

    /// An atomic that closures can share.
    private final class Box: Sendable {
        let value: Atomic<Int>

        init(_ value: consuming Atomic<Int>) {
            self.value = value
        }
    }
}
