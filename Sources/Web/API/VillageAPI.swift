import Governance
import Rules

/// The villages of the register for programs.
enum VillageAPI {
    static let list = VillagePages.listing.endpoint(
        .init("listVillages", .register, "Villages in reach, with what the register holds of each"),
        of: line, "A page, in the order of the land unless another is asked for.")

    private static let line = Shape<VillageCount>(
        "VillageCount", "A village with the households that the asker's posts reach."
    ) {
        Member("id") { $0.village.id }
        Member("name") { $0.village.name }
        Member("town", NamedShapes.territory) { $0.village.parent ?? "" }
        Member("is_poor", "Whether it is a poor village.", \.isPoor)
        Member("registered", "Registered households.", \.registered)
        Member("people", "The members of the registered households.", \.people)
        Member("marginal", "Marginal households.", \.marginal)
        Member("ordinary", "Ordinary households.", \.ordinary)
    }
}
