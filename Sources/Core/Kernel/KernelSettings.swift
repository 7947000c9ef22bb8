/// What a kernel is made with and never changes.
package struct KernelSettings: Sendable {
    /// The buffer's slots; 0 makes it a rendezvous (`KernelSettings(capacity:)`).
    package var capacity = 15
    package var policy: any SchedulingPolicy = FirstInFirstOut()
    package var programs = ProgramCatalog.correct
    /// What can be changed to while it runs; `programs` is among them or comes before them.
    package var choices = ProgramCatalog.all
    package var rate = Rate.normal
    package var service = Service.fair
    package var execution = Execution.sleep
    /// How many jobs may be executed in all; `nil` means no limit.
    package var executionLimit: UInt64?
    /// Statements in a slice, where programs are correct and nothing is paced; at most
    /// `longestSlice`.
    package var sliceLength = 144
    /// Threads and agents together.
    package var threadLimit = 4096
    /// Events kept in memory; a power of two.
    package var eventCapacity = 8192
    /// Whether every event is written down, instead of those that an observer asks for.
    package var recordsEverything = false
    /// How many events are kept for going back in time, 16 bytes each, at least; 0 keeps none. Then
    /// every event is written down, and observers still see as many as they asked for.
    package var history = 0

    /// Whether a recorder takes every event before it is overwritten. Then every event is written
    /// down, and observers still see as many as they asked for.
    package var isDrained = false

    /// The most events that history keeps: 4 GiB.
    package static let longestHistory = 1 << 28

    package init() {}

    /// The usual settings of a buffer with so many slots; without any, sender and receiver meet, by
    /// the program that this takes.
    package init(capacity: Int) {
        self.capacity = capacity
        if capacity == 0 { programs = ProgramCatalog.rendezvous }
    }

    /// Whether there are no slots: a message is handed over when both sides are there.
    package var isRendezvous: Bool { capacity == 0 }

    /// All programs that the kernel can run; events name them by their place here.
    package var library: [ProgramPair] {
        if isRendezvous { return [programs] }
        return choices.contains(programs) ? choices : [programs] + choices
    }

    /// Events kept in memory in all; a power of two.
    var ringCapacity: Int {
        var capacity = eventCapacity
        while capacity < max(history, isDrained ? 4 * drainReserve : 0) { capacity *= 2 }
        return capacity
    }

    /// Room for what happens although nobody begins a slice: the slice that goes on, what a thread
    /// does between two slices, and what the keyboard does.
    var drainReserve: Int { 4 * threadLimit + 2 * Self.longestSlice + 1024 }

    /// Whether no slice goes unrecorded.
    var recordsAll: Bool { recordsEverything || history > 0 || isDrained }

    /// Whether the buffer can bear this program: to misplace jobs takes a ring of slots, to put them
    /// back a queue in turns, and where there are no slots a receiver must say that it is ready.
    package func allows(_ programs: ProgramPair) -> Bool {
        if isRendezvous {
            return policy.isOrderOfArrival && programs.announcesReceivers
                && !programs.misplacesJobs
        }
        return (!programs.misplacesJobs || policy.isOrderOfArrival)
            && (!programs.keepsSlots || policy.isInTurns)
    }

    /// Who gets a unit that is given back while others wait.
    package enum Service: String, CaseIterable, Sendable {
        /// A woken waiter tries again and keeps its place; others may overtake it a bounded number
        /// of times.
        case fair
        /// Always the longest waiter: exact, and with more threads than processors a convoy.
        case strict
    }

    /// What a consumer does with a job.
    package enum Execution: String, CaseIterable, Sendable {
        /// Sleeps as long as the job asks.
        case sleep
        /// Really computes; the CPU time is measured on the thread's CPU clock.
        case spin
        /// Only accounts for it.
        case account
    }

    package static let longestSlice = 256
    /// The same for an agent: more than a call has, but for programs that look again and again.
    package static let longestAgentSlice = 24

    /// How often a first waiter may be overtaken before units are handed to it.
    package static let overtakingBound = 16
}
