import Governance
import Hummingbird

/// Samples for programs.
enum SampleAPI {
    static let list = Endpoint.wholeList(
        .init("samples", .evaluation, "Samples", "By a post of the whole office."), of: SampleShapes.sample,
        "A page of samples, newest first.", id: \.id.text
    ) { call, _ in try await call.read { try Samples.all(for: call.actor, in: $0) } }

    static let commit = Endpoint.repeatable(
        Endpoint(
            .init("commitSample", .evaluation, "Freeze a frame and commit to a seed"),
            body: .fields(SampleForm.commit), answers: [.json(SampleShapes.sample, "Frozen.", status: 201)]
        ) { call in
            try call.actor.needOffice(.evaluate)
            let sent = try await API.answers(call, for: SampleForm.commit)
            let (draft, context) = (
                try Samples.Draft(SampleForm.commit.read(sent)), ShapeContext(call)
            )
            return try await call.atLength {
                try await API.once(call, sent) { books in
                    let sample = try Samples.commit(draft, by: call.actor, at: call.now, in: books)
                    return (.created, SampleShapes.sample.json(sample, context))
                }
            }
        })

    static let show = Endpoint.reading(
        .init(
            "sample", .evaluation, "One sample",
            "With rate, Wilson and exact interval of 95 % from 0 to 1, agreement and items."),
        SampleShapes.whole, "The sample."
    ) { call, _ in try await SamplePages.read(call) }

    static let record = Endpoint(
        .init(
            "sampleRecord", .evaluation, "The record of a draw", "What `luoshi audit sample` repeats."),
        answers: [.init(status: 200, note: "The record.", content: .json(.map(of: .anything)))],
        SamplePages.record)

    static let draw = Endpoint.repeatable(
        Endpoint(
            .init("drawSample", .evaluation, "Draw", "Publishes the seed."), body: .fields([]),
            answers: [.json(SampleShapes.sample, "Drawn.")]
        ) { call in
            let (id, sent): (ID<Sample>, FormInput) = (
                try call.id(), try await API.answers(call, for: [])
            )
            let context = ShapeContext(call)
            return try await call.atLength {
                try await API.once(call, sent) { books in
                    try Samples.draw(id, by: call.actor, at: call.now, in: books)
                    let sample = try Samples.read(id, for: call.actor, in: books).sample
                    return (.ok, SampleShapes.sample.json(sample, context))
                }
            }
        })

    static let assign = Endpoint.change(
        .init(
            "assignSample", .evaluation, "Share a sample out",
            """
            Evenly among the people named, by identity with spaces between; nobody is given the own line.
            """),
        body: SampleForm.share, Shape<Int> { Member("given") { $0 } }, "How many were given out."
    ) { call, sent in
        let id: ID<Sample> = try call.id()
        let people = try Samples.people(SampleForm.share.read(sent))
        return { try Samples.assign(id, to: people, by: call.actor, at: call.now, in: $0) }
    }

    static let replace = Endpoint.change(
        .init(
            "replaceSampled", .evaluation, "Replace one that could not be asked",
            "By the next in the random order of its stratum."),
        body: SampleForm.replace, Shape<Int> { Member("number") { $0 } }, "Replaced."
    ) { call, sent in
        let id: ID<Sample> = try call.id()
        let values = try SampleForm.replace.read(sent)
        let number = try values.number("number")
        return { books in
            try Samples.replace(number, why: values["why"], of: id, by: call.actor, at: call.now, in: books)
            return number
        }
    }

    // What was sent is read by the verb: what it asks depends on the sample, which is another's for most.
    static let find = Endpoint.repeatable(
        Endpoint(
            .init(
                "findSampled", .evaluation, "What was found at an item",
                """
                By the person whom it was given to. Answers of a form are sent as `answer_…`. `right` is not \
                asked by a survey, `nobody_came` by second visits alone.
                """),
            body: .fields(SampleForm.found), answers: [.json(found, "Written down.")]
        ) { call in
            let (id, sent): (ID<Sample>, FormInput) = (try call.id(), try await API.answers(call))
            guard let number = Int(call.part("number")) else { throw Refusal.notFound }
            let context = ShapeContext(call)
            return try await API.once(call, sent) { books in
                let finding = try Samples.find(
                    sent, isStrict: true, at: number, of: id, by: call.actor, at: call.now, in: books)
                return (.ok, found.json((number, finding.outcome), context))
            }
        })
    private static let found = Shape<(number: Int, outcome: SampleItem.Outcome)> {
        Member("number") { $0.number }
        Member("outcome") { $0.outcome }
    }

    static let export = Endpoint(
        .init(
            "exportSample", .evaluation, "A sample as an XLSX workbook",
            "What was drawn, what was found, the rates and the definitions. The log keeps who took it."),
        body: .fields([]), answers: [.workbook("The workbook.")], SamplePages.exported)
}
