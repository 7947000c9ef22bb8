import Testing

@testable import Core

@Suite("What to change is read off the text")
struct RemediesTests {
    private func remedies(
        producer: [Statement] = ProgramCatalog.correct.producer.statements,
        consumer: [Statement] = ProgramCatalog.correct.consumer.statements
    ) -> Remedies {
        Remedies(
            ProgramPair(
                name: "made for a test",
                summary: "made for a test",
                producer: Program(.producer, producer),
                consumer: Program(.consumer, consumer),
                isCorrect: false
            )
        )
    }

    @Test("nothing, in the correct program and the monitor")
    func nothing() {
        for programs in [ProgramCatalog.correct, ProgramCatalog.monitor] {
            let remedies = Remedies(programs)
            #expect(remedies.orderOfWaits() == nil)
            #expect(remedies.missingSignal() == nil)
            #expect(remedies.surplusSignal() == nil)
            #expect(remedies.surplusWait() == nil)
            #expect(remedies.executeOutside() == nil)
            #expect(remedies.sharedCondition() == nil)
            #expect(remedies.missingNotify() == nil)
            for role in Program.Role.allCases {
                #expect(remedies.mutexAroundParts(of: role) == nil)
                #expect(remedies.loopAroundWait(of: role) == nil)
                #expect(remedies.waitInsteadOfLoop(of: role) == nil)
            }
        }
    }

    @Test("waits out of order in the consumer, and far apart")
    func order() {
        let swapped = remedies(consumer: [
            .wait(.mutex), .wait(.full), .remove, .signal(.mutex), .signal(.empty), .execute,
        ])
        let apart = remedies(producer: [
            .wait(.mutex), .produce, .wait(.empty), .insert, .signal(.mutex), .signal(.full),
        ])

        #expect(swapped.orderOfWaits() == "Swap lines 1 and 2 of the consumer.")
        #expect(apart.orderOfWaits() == "Move line 3 of the producer above line 1.")
    }

    @Test("a signal that is missing, in either role, or of the mutex")
    func missing() {
        let full = remedies(producer: [
            .produce, .wait(.empty), .wait(.mutex), .insert, .signal(.mutex),
        ])
        let mutex = remedies(consumer: [
            .wait(.full), .wait(.mutex), .remove, .signal(.empty), .execute,
        ])

        #expect(full.missingSignal() == "Add signal(full) after line 5 of the producer.")
        #expect(mutex.missingSignal() == "Add signal(mutex) after line 3 of the consumer.")
    }

    @Test("a signal of the mutex by who does not hold it")
    func surplus() {
        let twice = remedies(producer: [
            .produce, .wait(.empty), .wait(.mutex), .insert, .signal(.mutex), .signal(.mutex),
            .signal(.full),
        ])

        #expect(twice.surplusSignal() == "Drop line 6 of the producer.")
    }

    @Test("a condition that nobody notifies")
    func notify() {
        let silent = remedies(consumer: [
            .wait(.mutex), .jumpIf(.jobThere, to: 5), .waitCondition(.notEmpty), .wait(.mutex),
            .jump(to: 1), .remove, .signal(.mutex), .execute,
        ])

        #expect(silent.missingNotify() == "Add notify(notEmpty) after line 4 of the producer.")
    }

    @Test("names beyond three are counted")
    func lists() {
        let names = (1...8).map { "P\($0)" }

        #expect(Words.list([]) == "nobody")
        #expect(Words.list(Array(names.prefix(2))) == "P1 and P2")
        #expect(Words.list(Array(names.prefix(4))) == "P1, P2, P3 and 1 other")
        #expect(Words.list(Array(names.prefix(7))) == "P1, P2, P3 and 4 others")
    }
}
