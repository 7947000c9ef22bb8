import ArgumentParser

@main
struct SignalboxDevice: ParsableCommand {
}
