/// Telling clients what became of their calls, and ending calls from outside.
extension Agents {
    func tell(
        _ place: Int,
        _ call: CallProgress,
        _ finished: UnsafeBufferPointer<FinishedJob>
    ) {
        switch call.outcome {
        case .pending, .withdrawn: return
        case .inserted:
            inserted += 1
            agents[place].isCounted = false
            if let parcel = agents[place].parcel {
                whenExecuted[parcel] = agents[place].whenExecuted
            }
            answer(place, put: .inserted(id: call.job, depth: call.depth))
        case .taken:
            guard let job = finished.first else { return }
            taken += 1
            if agents[place].onTake == nil { refusals.undelivered += 1 }
            let payload = job.reply.parcel.flatMap(engine.shared.parcels.payload)
            answer(
                place,
                take: .taken(
                    TakenJob(
                        id: job.id,
                        device: job.device,
                        cpuTime: job.cpuTime,
                        payload: payload,
                        depth: call.depth
                    )
                )
            )
        case .noUnit: tellNoUnit(place)
        case .tooLarge:
            refusals.tooLarge += 1
            // Where there are no slots, the job had left its sender.
            taken += UInt64(finished.count)
            refusals.undelivered += finished.count
            answer(place, take: .tooLarge)
        }
    }

    func tellNoUnit(_ place: Int) {
        let isPut = agents[place].role == .producer
        // A receiver whose client had gone stayed for a sender, who then went too.
        let hasGone = agents[place].onPut == nil && agents[place].onTake == nil
        switch (agents[place].onlyTries, isPut) {
        case _ where hasGone: refusals.withdrawn += 1
        case (true, true): refusals.full += 1
        case (true, false): refusals.empty += 1
        case (false, _): refusals.timedOut += 1
        }
        forgetParcel(place)
        answer(
            place,
            put: agents[place].onlyTries ? .full : .timedOut,
            take: agents[place].onlyTries ? .empty : .timedOut
        )
    }

    func tellRefused(_ place: Int) {
        guard !agents[place].isTold else { return }
        forgetParcel(place)
        answer(place, put: .refused(.stopping), take: .refused(.stopping))
    }

    func answer(_ place: Int, put: PutOutcome? = nil, take: TakeOutcome? = nil) {
        let (onPut, onTake) = (agents[place].onPut, agents[place].onTake)
        agents[place].isTold = true
        agents[place].onPut = nil
        agents[place].onTake = nil
        if let put { onPut?(put) }
        if let take { onTake?(take) }
    }

    func forgetParcel(_ place: Int) {
        guard let parcel = agents[place].parcel else { return }
        engine.shared.parcels.forget(parcel)
        agents[place].parcel = nil
    }

    // MARK: - Ends

    enum Reason { case withdrawn, denied, late }

    /// Ends a call from outside, unless it is too late for that.
    func end(_ place: Int, as reason: Reason) {
        guard engine.kernel.withdraw(agents[place].id) else { return }
        forgetParcel(place)
        switch reason {
        case .withdrawn: refusals.withdrawn += 1
        case .denied:
            refusals.withdrawn += 1
            answer(place, put: .refused(.denied), take: .refused(.denied))
        case .late:
            refusals.late += 1
            answer(place, put: .late, take: .late)
        }
        settle(place)
        rest(place)
    }

    /// Ends the calls that still wait to put a job of this device: it was told to go.
    package func endPuts(of device: DeviceID) {
        for place in 0..<agentCount where agents[place].call != 0 && agents[place].isCounted {
            if agents[place].device == device { end(place, as: .denied) }
        }
    }

    func endAll() {
        for place in 0..<agentCount where agents[place].call != 0 {
            tellRefused(place)
            rest(place)
        }
        lookingAgain.removeAll()
    }
}
