import ArgumentParser
import Core
import Glibc
import TerminalUI

/// One run of the program, from the first datagram to the summary, with a screen or without.
struct Session {
    private let subject: any SessionRun
    private let watched: Watched
    private let output: OutputOptions

    /// A reader that has stalled for so long must not keep the program from ending.
    static let patience = Duration.milliseconds(300)
    private static var errors: Output { Output(descriptor: STDERR_FILENO, patience: patience) }

    init(_ subject: any SessionRun, output: OutputOptions, isReadOnly: Bool = false) {
        self.subject = subject
        self.output = output
        var watched = subject.watched
        watched.isReadOnly = isReadOnly
        for place in watched.others.indices { watched.others[place].isReadOnly = isReadOnly }
        self.watched = watched
    }

    /// A session of a server, and of those that come with it.
    init(
        server: Server,
        clients: (any OwnClients)?,
        output: OutputOptions,
        isReadOnly: Bool = false
    ) {
        self.init(ServerRun(server, clients: clients), output: output, isReadOnly: isReadOnly)
    }

    /// - Throws: `ExitCode(1)` when something was lost or doubled, `StartError` when it cannot begin.
    func run() throws {
        let signals = try SignalSource()
        let release = try TerminalRelease(signals: Signals.terminating)
        defer { release.stop() }
        let file = try output.log.map { try openLog($0, release) }
        let recorder = try output.record.map(startRecorder)
        let screen = openScreen()
        if screen == nil { Output.standard.write(subject.opening) }
        subject.start()
        let ending: SessionEnding
        var text = ""
        var last = Output(
            descriptor: STDOUT_FILENO,
            interruption: release.interruption,
            patience: Self.patience
        )
        if let screen {
            let terminal = TerminalSession(terminal: screen, signals: signals)
            var loop = DashboardLoop(
                watching: watched,
                session: terminal,
                framesPerSecond: output.looks.fps,
                file: file.map(fileWriter)
            )
            loop.run()
            release.endIsNear()
            screen.close()
            ending = end(recorder)
            last = last.inHurry
        } else {
            var loop = HeadlessLoop(
                watched,
                signals: signals,
                writers: [writer(last, whenBroken: {})] + (file.map { [fileWriter($0)] } ?? []),
                isOver: { subject.isOver }
            )
            // Whoever has stopped a run that ends by itself, to read it, may take his time.
            if loop.run() {
                release.endIsNear()
                last = last.inHurry
            }
            ending = end(recorder)
            // A log that was cut short ends in the middle of a line.
            if !loop.write() { text = "\n" }
        }
        text += ending.text
        last.write(text)
        if !ending.isSound { throw ExitCode(1) }
    }

    private func end(_ recorder: Recorder?) -> SessionEnding {
        let ending = subject.stop()
        recorder?.finish()
        guard let recorder, let failure = recorder.brokenBy else { return ending }
        let remark = "The recording is incomplete, \(recorder.eventCount) events: \(failure)\n"
        return SessionEnding(text: ending.text + remark, isSound: ending.isSound)
    }

    /// Nothing has happened yet, so it will see everything.
    private func startRecorder(_ path: String) throws -> Recorder {
        let sink: RecordingSink
        do {
            sink = try RecordingSink(creating: path)
        } catch {
            throw StartError("--record \(path): \(error)")
        }
        return Recorder(
            watched.engine,
            began: watched.began,
            to: sink,
            nameOfDevice: watched.nameOfDevice,
            whenBroken: { failure in Self.errors.write("--record \(path): \(failure)\n") }
        )
    }

    /// The screen, unless the user wants none or there is none to be had.
    private func openScreen() -> NcursesTerminal? {
        guard !output.headless, isatty(STDOUT_FILENO) == 1 else { return nil }
        do throws(TerminalError) {
            return try NcursesTerminal(
                input: STDIN_FILENO,
                output: STDOUT_FILENO,
                theme: output.looks.theme,
                ascii: output.looks.ascii
            )
        } catch {
            Output.error.write("no dashboard: \(error); going on without one\n")
            return nil
        }
    }

    private func openLog(_ path: String, _ release: TerminalRelease) throws -> Output {
        do {
            return Output(
                descriptor: try NewFile.open(path),
                interruption: release.interruption,
                patience: Self.patience
            )
        } catch {
            throw StartError("--log \(path): \(error)")
        }
    }

    private func fileWriter(_ file: Output) -> LogWriter {
        writer(file) { [path = output.log ?? ""] in
            Self.errors.write("--log \(path): cannot be written any more; going on without it\n")
        }
    }

    private func writer(_ target: Output, whenBroken: @escaping () -> Void) -> LogWriter {
        LogWriter(
            target,
            format: output.logFormat,
            sentences: watched.sentences,
            wallClock: watched.wallClock,
            isStrict: watched.isStrict,
            whenBroken: whenBroken
        )
    }
}
