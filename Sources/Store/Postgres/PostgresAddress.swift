import CPostgres
import Glibc

extension PostgresDatabase {
    /// Whether what goes to this address may be read on the way, or may go to somebody who only says to be
    /// that server: over a network, and not with `sslmode=verify-full`. False for what is no address.
    ///
    /// Read by libpq itself, so that it says what a connection would do; `PGHOST` and `PGSSLMODE` count where
    /// the address is silent.
    package static func isLineOpen(_ url: String) -> Bool {
        guard let options = PQconninfoParse(url, nil) else { return false }
        defer { PQconninfoFree(options) }
        var named: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            named[String(cString: keyword)] =
                option.pointee.val.map { String(cString: $0) } ?? fallback(option.pointee.envvar)
            option += 1
        }
        let hosts = (named["hostaddr"] ?? named["host"] ?? "").split(separator: ",").map(String.init)
        return hosts.contains { !isHere($0) } && named["sslmode"] != "verify-full"
    }

    private static func fallback(_ variable: UnsafeMutablePointer<CChar>?) -> String? {
        variable.flatMap { getenv($0) }.map { String(cString: $0) }
    }

    /// Whether a host is this machine: a socket's folder, or the loopback.
    private static func isHere(_ host: String) -> Bool {
        host.hasPrefix("/") || host.hasPrefix("@") || ["localhost", "::1"].contains(host)
            || host.hasPrefix("127.")
    }
}
