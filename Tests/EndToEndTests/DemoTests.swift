import Testing

@Suite("The demo", .timeLimit(.minutes(5)))
struct DemoTests {
    @Test("without a screen it ends by itself when its devices are done")
    func headless() async throws {
        let demo = try Child(.signalbox, "demo", "--headless", "--jobs", "2")

        let end = try await demo.waitForEnd(within: .seconds(90))

        #expect(end == .exited(0))
        #expect(demo.text.hasPrefix("listening on localhost "))
        #expect(demo.text.contains("\nJobs: 12 done, 0 not run;"))
        #expect(demo.text.contains("\nNothing lost, nothing doubled: 12 produced = 12 consumed"))
        #expect(demo.errorText.isEmpty)
    }
}
