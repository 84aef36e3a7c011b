import Testing

@testable import Store

@Suite struct `The line to PostgreSQL` {
    @Test(arguments: [
        "postgres://luoshi@db/luoshi", "postgres://luoshi:secret@10.0.0.5:5432/luoshi?sslmode=require",
        "postgresql://luoshi@db/luoshi?sslmode=disable", "postgres://luoshi@127.0.0.1,db/luoshi",
        "postgres:///luoshi?host=db",
        "postgres://luoshi@localhost/luoshi?hostaddr=10.0.0.5",
    ])
    func `is told to be open where it leaves the machine unproved`(_ url: String) {
        #expect(PostgresDatabase.isLineOpen(url))
    }

    @Test(arguments: [
        "postgres://luoshi@db/luoshi?sslmode=verify-full", "postgres://luoshi@127.0.0.1:5433/luoshi",
        "postgres://luoshi@localhost/luoshi",
        "postgres://luoshi@[::1]/luoshi", "postgres:///luoshi?host=/var/run/postgresql", "postgres:///luoshi",
        "no address",
    ])
    func `is not told to be open where it is proved or stays here`(_ url: String) {
        #expect(!PostgresDatabase.isLineOpen(url))
    }
}
