import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Keys in a lesson, and predictions", .timeLimit(.minutes(5)))
struct LessonKeysTests {
    private func question(of model: DashboardModel) throws -> Prediction {
        var random = RandomNumbers(seed: 3)
        let prediction = Prediction.make(
            model.live.state,
            takesOldest: true,
            sentences: Sentences(nameOfDevice: { "\($0.index)" }),
            random: &random
        )
        return try #require(prediction)
    }

    private func pausedModel() -> DashboardModel {
        var model = Fixture.lesson(.reading)
        model.lesson = nil
        return model
    }

    @Test("what lies over a lesson's page is closed first", arguments: ["?", "w", "t", "T"])
    func overlays(key: Character) {
        var model = Fixture.lesson(.asking)
        _ = model.update(.key(.character(key)))

        #expect(!model.update(.key(.enter)).contains(.lessonGoesOn(answer: nil)))
        #expect(model.update(.key(.character("2"))) == [.lessonGoesOn(answer: 1)])
    }

    @Test("enter and → go on, and a digit answers only while there is a question")
    func goingOn() {
        var model = Fixture.lesson(.reading)
        #expect(model.update(.key(.enter)) == [.lessonGoesOn(answer: nil)])
        #expect(model.update(.key(.right)) == [.lessonGoesOn(answer: nil)])
        #expect(model.update(.key(.character("2"))).isEmpty)
        #expect(model.notice == "nothing is asked now; p asks what happens next")

        model = Fixture.lesson(.asking)
        #expect(model.update(.key(.character("2"))) == [.lessonGoesOn(answer: 1)])
        #expect(model.update(.key(.character("4"))).isEmpty)
    }

    @Test("b plays the chapter again; without a lesson it says that there is none")
    func chapterAgain() {
        var model = Fixture.lesson(.reading)
        #expect(model.update(.key(.character("b"))) == [.lessonChapter(1)])

        model.lesson = nil
        #expect(model.update(.key(.character("b"))).isEmpty)
        #expect(model.notice == "there is no lesson; signalbox lesson list shows them")
    }

    @Test("after the lesson, and while one looks back, keys mean what they always do")
    func over() {
        var model = Fixture.lesson(.over)

        #expect(model.update(.key(.enter)) != [.lessonGoesOn(answer: nil)])
    }

    @Test("who looks back is asked nothing, and the engine runs on")
    func lookingBack() {
        var model = pausedModel()
        model.live.state.isPaused = false
        model.rewind = Rewind(Fixture.film(of: "correct"), at: 1)

        #expect(model.update(.key(.character("p"))).isEmpty)
        #expect(model.notice?.contains("L goes back") == true)
        #expect(!model.live.state.isPaused)
    }

    @Test("p pauses and asks; the answer steps the thread it is about, and is counted")
    func predicting() throws {
        var model = pausedModel()
        model.live.state.isPaused = false
        #expect(model.update(.key(.character("p"))) == [.pause, .predict])
        let prediction = try question(of: model)
        _ = model.update(.predicted(prediction))
        #expect(model.prediction != nil)

        let digit = Character("\(prediction.right + 1)")
        #expect(model.update(.key(.character(digit))) == [.stepThread(prediction.thread)])

        #expect(model.prediction?.isRight == true)
        #expect((model.predictionScore.right, model.predictionScore.asked) == (1, 1))
        #expect(model.update(.key(.character(digit))).isEmpty, "a question is answered once")
        #expect(model.update(.key(.character("p"))) == [.predict])
    }

    @Test("a wrong answer counts as asked, and the right one is shown with its reason")
    func wrong() throws {
        var model = pausedModel()
        let prediction = try question(of: model)
        _ = model.update(.predicted(prediction))
        let wrong = prediction.right == 0 ? 2 : 1

        _ = model.update(.key(.character(Character("\(wrong)"))))

        #expect((model.predictionScore.right, model.predictionScore.asked) == (0, 1))
        let text = Screen.draw(model).text
        #expect(text.contains("✗ no: \(prediction.choices[prediction.right])."))
        #expect(text.contains("0 of 1 right"))
    }

    @Test("esc leaves a question, and so does whatever moves the engine")
    func leaving() throws {
        for key in [Key.escape, .character("n"), .character(" "), .character("v")] {
            var model = pausedModel()
            _ = model.update(.predicted(try question(of: model)))

            _ = model.update(.key(key))

            #expect(model.prediction == nil, "\(key)")
        }
    }

    @Test("p before an answer says how to answer, and help can be read meanwhile")
    func unanswered() throws {
        var model = pausedModel()
        _ = model.update(.predicted(try question(of: model)))

        #expect(model.update(.key(.character("p"))).isEmpty)
        #expect(model.notice?.hasSuffix("esc leaves the question") == true)
        _ = model.update(.key(.character("?")))
        #expect(model.isHelpShown && model.prediction != nil)
    }

    @Test("where nothing can be foreseen, p says so")
    func nothing() {
        var model = pausedModel()
        _ = model.update(.predicted(nil))

        #expect(model.notice?.hasPrefix("nothing to predict here") == true)
    }

    @Test("in a lesson p asks for each of its steps, until esc")
    func lessonSteps() throws {
        var model = Fixture.lesson(.reading)
        #expect(model.update(.key(.character("p"))).isEmpty)
        #expect(model.predictsLesson)
        _ = model.update(.predicted(try question(of: model)))
        #expect(model.update(.key(.character("1"))) == [.lessonStep])
        #expect(model.update(.key(.enter)).isEmpty)
        #expect(model.prediction == nil && model.predictsLesson)

        #expect(model.update(.key(.escape)).isEmpty)
        #expect(!model.predictsLesson)
    }
}
