import ArgumentParser

/// The server's flags about watchers.
struct WatchOptions: ParsableArguments {
    @Option(help: "How many dashboards on other terminals may follow this server.")
    var watchers = 64

    func validate() throws {
        try EngineOptions.check("--watchers", watchers, 0...10_000)
    }
}
