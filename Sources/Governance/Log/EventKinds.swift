extension Event.Kind {
    /// Every kind of event that this program writes: the log's vocabulary.
    package static let all: [Event.Kind] =
        Case.lifecycle.map(\.event) + [
            .caseReported, .caseJoined, .caseRated, .caseOverdue, .caseDeadlineSettled, .casesImported,
            .decisionGranted,
            .decisionRefused, .phoneUnmasked, .numbersSealed, .officeFounded, .parameterSet, .calendarLoaded,
            .territoryAdded,
            .territoryRenamed, .territoryAliased, .territoryEnded, .territoriesImported, .unitAdded,
            .unitChanged, .unitEnded,
            .postAdded, .postChanged, .postEnded, .personAdded, .personChanged, .tenureBegun, .tenureEnded,
            .categoryAdded,
            .categoryChanged, .accountAdded, .accountClosed, .passwordSet, .signedIn, .signInFailed,
            .signedOut, .tokenMade, .sessionEnded, .factorSet,
            .factorRemoved, .recoveryCodeUsed, .recoveryCodesMade, .factorKindsSet, .powerAsked,
            .powerConfirmed, .powerRefused, .logVerified, .rowsNoted, .signingKeyNamed,
            .householdAdded, .householdChanged, .memberAdded, .memberChanged, .memberLeft, .memberMoved,
            .incomeEntered,
            .measureEntered, .villageChanged, .secretShown, .helperNamed, .supportNamed, .campaignPublished,
            .coverageRecounted, .visitRecorded,
            .registerImported,
            .registerExported, .casesExported, .listExported, .coverageExported, .changeAsked,
            .changeGranted, .changeRefused,
            .doubleFound, .doubleSettled, .areaAssigned, .areaEnded, .lookBackRecorded, .exitStepTaken,
            .pointsImported, .pointEnded, .territoryMerged, .territorySplit, .territoryMoved, .caseResettled,
            .codesImported,
            .evaluationPublished, .assessmentOpened, .memberAppointed, .memberDismissed, .sheetMarked,
            .sheetSubmitted, .sheetReopened, .roundJudged,
            .entryProposed, .entryStep, .entryObjected, .objectionReplied, .cadreRecommended, .cadreAssessed,
            .sampleCommitted, .sampleDrawn,
            .sampleAssigned, .sampleFound, .sampleReplaced, .outcomeExported, .ledgerExported,
            .sampleExported,
        ]
}
