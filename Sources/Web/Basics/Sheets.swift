import Foundation
import Governance
import Hummingbird
import Logging

/// Workbooks as answers: made in a file of their own that is gone when it was read.
enum Sheets {
    static let type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    /// A workbook that `make` writes into the file it is handed.
    static func response(_ name: String, _ call: Call, _ make: (URL) async throws -> Void)
        async throws -> Response
    {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "luoshi-sheet-\(call.office.chance.bits())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { Self.remove(folder, call) }
        let file = folder.appending(path: "sheet.xlsx")
        try await make(file)
        var headers = Responses.common
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.contentDisposition] = "attachment; filename*=UTF-8''\(FormText.encoded(name)).xlsx"
        return Response(
            status: .ok, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: try Data(contentsOf: file, options: .mappedIfSafe))))
    }

    /// Somebody may have cleared the folder meanwhile; the answer is whole all the same.
    private static func remove(_ folder: URL, _ call: Call) {
        do { try FileManager.default.removeItem(at: folder) } catch {
            Logger(label: "luoshi").error(
                "the folder of a workbook could not be removed: \(error)",
                metadata: ["request": "\(call.number)"])
        }
    }
}
