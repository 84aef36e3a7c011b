import Store

/// Files prove themselves: each is kept under the hash of its bytes, and an attachment names it.
enum AttachmentProof {
    /// What does not fit in a county.
    static func faults(of county: County, in books: Books) throws -> [Log.Verification.Fault] {
        var faults: [Log.Verification.Fault] = []
        func fault(_ hash: String, zh: String, en: String) {
            faults.append(
                .init(
                    kind: .attachment, line: nil,
                    words: Phrase(zh: "附件 \(hash)：\(zh)", en: "Attachment \(hash): \(en)")))
        }
        try books.transaction.each(
            "SELECT hash, bytes FROM attachment_content WHERE county = \(county)"
        ) { row in
            let hash: String = try row.get("hash")
            if digest(try row.get("bytes")).hex != hash {
                fault(hash, zh: "内容被改过。", en: "its bytes were changed.")
            }
        }
        try books.transaction.each(
            """
            SELECT DISTINCT a.hash FROM attachment a WHERE a.county = \(county) AND NOT EXISTS
                (SELECT 1 FROM attachment_content c WHERE c.county = a.county AND c.hash = a.hash)
            """
        ) { fault(try $0.get("hash"), zh: "内容不见了。", en: "its bytes are gone.") }
        try books.transaction.each(
            """
            SELECT c.hash FROM attachment_content c WHERE c.county = \(county) AND NOT EXISTS
                (SELECT 1 FROM attachment a WHERE a.county = c.county AND a.hash = c.hash)
            """
        ) { fault(try $0.get("hash"), zh: "没有记录提到它。", en: "no record names it.") }
        return faults
    }
}
