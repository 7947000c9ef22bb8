import Foundation
import Testing

/// Python's zeroconf, a responder and browser that nobody here wrote.
enum Zeroconf {
    /// A Python that has it; Debian's has it as the package python3-zeroconf.
    static let python: String? = ["/usr/bin/python3", Tool.python3.path].compactMap { $0 }.first {
        let process = Process()
        process.executableURL = URL(filePath: $0)
        process.arguments = ["-c", "import zeroconf"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static let isUsable = python != nil || Tool.leavesNothingOut

    /// Prints what it finds of one instance over loopback, and ends when that has gone.
    private static let program = """
        import sys, threading
        from zeroconf import IPVersion, ServiceBrowser, Zeroconf, ZeroconfServiceTypes

        type_, name = "_signalbox._tcp.local.", sys.argv[1] + "._signalbox._tcp.local."
        added, removed = threading.Event(), threading.Event()

        class Listener:
            def add_service(self, zeroconf, type_, found):
                if found == name: added.set()
            def update_service(self, zeroconf, type_, found): pass
            def remove_service(self, zeroconf, type_, found):
                if found == name: removed.set()

        zeroconf = Zeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
        browser = ServiceBrowser(zeroconf, type_, Listener())
        print("browsing", flush=True)
        assert added.wait(25), "not found"
        info = zeroconf.get_service_info(type_, name, timeout=10000)
        print("server", info.server, flush=True)
        print("address", info.parsed_addresses(), info.port, flush=True)
        for key, value in info.properties.items():
            print("text", key.decode(), value.decode(), flush=True)
        types = ()
        while type_ not in types:
            types = ZeroconfServiceTypes.find(zc=zeroconf, timeout=2)
        print("types", types, flush=True)
        assert removed.wait(25), "not removed"
        print("removed", flush=True)
        zeroconf.close()
        """

    /// Starts a browser that looks for one instance.
    static func browse(for instance: String) throws -> Child { try start(program, instance) }

    /// Starts a responder on loopback that claims one instance, and waits until it has it.
    static func hold(_ instance: String) async throws -> Child {
        let child = try start(holder, instance)
        try await child.waitForOutput("held\n")
        return child
    }

    /// Claims an instance, and defends it as long as it runs.
    private static let holder = """
        import signal, sys
        from zeroconf import IPVersion, ServiceInfo, Zeroconf

        type_, name = "_signalbox._tcp.local.", sys.argv[1] + "._signalbox._tcp.local."
        zeroconf = Zeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
        zeroconf.register_service(ServiceInfo(
            type_, name, port=9, parsed_addresses=["127.0.0.1"], server="somebody-else.local."))
        print("held", flush=True)
        signal.pause()
        """

    private static func start(_ program: String, _ instance: String) throws -> Child {
        let python = try #require(
            python,
            "python3-zeroconf is not installed, and CI=true leaves nothing out"
        )
        return try Child(python, ["-c", program, instance])
    }
}

extension Trait where Self == ConditionTrait {
    static var needsZeroconf: Self {
        .enabled(if: Zeroconf.isUsable, "needs python3-zeroconf, which is not installed")
    }
}
