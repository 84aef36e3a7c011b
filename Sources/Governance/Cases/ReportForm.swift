package import Rules

/// What a report asks, declared once for residents' and the office's page, for the API, and for its reading.
package enum ReportForm {
    static let id = FormField("id", "编号", "Identity", .line(most: 26))
    /// What was seen.
    package static let body = FormField(
        "body", "情况说明", "The description", .text(most: 5000), isRequired: true)
    static let title = FormField("title", "标题", "Title", .text(most: 100))
    /// Where, in words and as a territory.
    package static let place = FormField("place", "具体地点", "Place", .line(most: 200))
    /// The grid or community.
    package static let territory = FormField(
        "territory", "网格或社区", "Grid or community", .reference(.territory))
    static let longitude = FormField("longitude", "经度", "Longitude", .degrees)
    static let latitude = FormField("latitude", "纬度", "Latitude", .degrees)
    /// Who complains, about whom, and whether they want to be protected.
    package static let name = FormField("name", "反映人", "Complainant", .line(most: 40))
    /// The complainant's telephone.
    package static let phone = FormField("phone", "电话", "Telephone", .telephone)
    /// The unit complained about.
    package static let aboutUnit = FormField(
        "about_unit", "被反映的单位", "Unit complained about", .reference(.unit))
    /// Whether the complainant is not to be known to the handling unit.
    package static let isConfidential = FormField(
        "is_confidential", "反映人不愿让承办单位知道姓名",
        "The complainant does not want the handling unit to know who it was", .flag,
        olderNames: ["confidential"])
    /// Pictures.
    package static let photos = FormField("photo", "照片", "Photos", .photos)
    /// What kind of matter, and where it came from with which number there.
    package static let category = FormField("category", "类别", "Category", .reference(.category))
    /// Where it came from.
    package static let source = FormField(
        "source", "来源", "Source", .choice(of: Case.Source.self, \.words), isRequired: true)
    /// Its number in the system that it came from.
    package static let outsideNumber = FormField(
        "outside_number", "对方的单号", "Number in the other system", .line(most: 60))
    static let reportedAt = FormField("reported_at", "来件时间", "When it came in there", .moment)
    /// Residents never choose a category of the office's own; only a complaint about this system says so.
    static let aboutSystem = FormField(
        "category", "类别", "Category",
        .choice([.init(Category.aboutSystem, Phrase(zh: "对本系统的意见", en: "Complaint about this system"))]))

    /// What anybody may tell.
    package static let resident = [
        id, body, title, photos, place, territory, longitude, latitude, name, phone, aboutUnit,
        isConfidential,
        aboutSystem,
    ]
    /// What somebody of the office may tell.
    package static let office = [
        id, body, title, photos, place, territory, longitude, latitude, source, category, outsideNumber,
        reportedAt, name, phone, aboutUnit, isConfidential,
    ]
}

extension CaseReport {
    /// A resident's report from what they filled in. What is wrong with it is told by `Cases.report`, with
    /// what only the office's lists can tell.
    package static func byResident(_ input: FormInput) -> CaseReport {
        CaseReport(ReportForm.resident.judge(input), from: .resident)
    }

    /// A report by somebody of the office. A moment without an offset is in the office's zone. Throws
    /// `Refusal.invalid` if it does not say where it came from.
    package static func byOffice(_ input: FormInput, zone: Zone) throws -> CaseReport {
        let read = ReportForm.office.judge(input, zone: zone)
        guard let source = try read.0.optionalChoice("source", of: Case.Source.self) else {
            throw Refusal.invalid(read.faults)
        }
        return CaseReport(read, from: source)
    }

    private init(_ read: (values: FormValues, faults: [Refusal.Fault]), from source: Case.Source) {
        self.init(source: source)
        let values = read.values
        faults = read.faults
        id = ID(values["id"])
        if id == nil, !values["id"].isEmpty {
            faults.append(.init("id", Phrase(zh: "编号不对。", en: "This is not an identity.")))
        }
        (title, body, place) = (values["title"], values["body"], values["place"])
        (territory, category) = (values["territory"], values["category"])
        (name, phone, outsideNumber) = (values["name"], values["phone"], values["outside_number"])
        isConfidential = values.flag("is_confidential")
        aboutUnit = ID(values["about_unit"])
        if aboutUnit == nil, !values["about_unit"].isEmpty {
            faults.append(.init("about_unit", Phrase(zh: "没有这个单位。", en: "There is no such unit.")))
        }
        (longitude, latitude) = (values.degrees("longitude"), values.degrees("latitude"))
        (reportedAt, photos) = (values.moment("reported_at"), values.photos)
    }
}
