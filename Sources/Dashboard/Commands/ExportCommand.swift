import ArgumentParser
import Core

/// `signalbox export FILE`: a recorded run for other programs.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a recorded run as a film for asciinema, or as a table.",
        discussion: """
            On standard output:

              signalbox export run.jsonl --csv > run.csv
              signalbox export run.jsonl --asciicast > run.cast && asciinema play run.cast
            """
    )

    @Argument(help: "What --record wrote.")
    var file: String

    @Flag(help: "What to write: --asciicast (the screen, with marks) or --csv (a row an event).")
    var format: Format

    @Option(help: "The film's columns, 20 to 300.")
    var width = 80

    @Option(help: "The film's rows, 5 to 100.")
    var height = 24

    enum Format: String, EnumerableFlag {
        case asciicast
        case csv
    }

    func validate() throws {
        try EngineOptions.check("--width", width, 20...300)
        try EngineOptions.check("--height", height, 5...100)
    }

    func run() throws {
        let recording = try Recording(file)
        if let caution = recording.caution { Output.error.write(caution + "\n") }
        switch format {
        case .csv:
            TableExport(recording.run.timeline, nameOfDevice: recording.film.nameOfDevice)
                .write { Output.standard.write($0) }
        case .asciicast:
            Asciicast(
                film: recording.film,
                setup: recording.setup,
                marks: recording.film.faultMarks(),
                width: width,
                height: height
            )
            .write(title: "signalbox \(recording.setup.source)") { Output.standard.write($0) }
        }
    }
}
