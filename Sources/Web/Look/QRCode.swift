import CQREncode

/// The squares of a QR code as a drawing that any size can be printed in.
enum QRCode {
    /// The drawing of a text; nothing if the text is too long for a code.
    static func svg(_ text: String, label: String) -> HTML? {
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        var path = ""
        for row in 0..<width {
            for column in 0..<width where code.pointee.data[row * width + column] & 1 == 1 {
                path += "M\(column + 4) \(row + 4)h1v1h-1z"
            }
        }
        return """
            <svg viewBox="0 0 \(width + 8) \(width + 8)" width="160" height="160" role="img" \
            aria-label="\(label)" shape-rendering="crispEdges">\
            <rect width="100%" height="100%" fill="#fff"/><path d="\(path)" fill="#000"/></svg>
            """
    }
}
