package import Rules
import Synchronization

/// What is remembered between requests, each thing only for the version of the county that it was read at.
/// Every concept keeps its own kind of thing in a cache of its own.
package final class Cache: Sendable {
    private let caches = Mutex<[String: any Sendable]>([:])
    private struct Place: Hashable { var name: String, county: County }
    private let things = Mutex<[Place: any Sendable]>([:])

    /// Whose caches are looked into before one is made.
    private let older: Cache?

    /// Nothing remembered.
    package init() { older = nil }

    /// What another remembers. What is learnt here the other never hears of.
    init(recalling older: Cache) { self.older = older }

    /// The cache of that name, made when first asked for. `most`: how many things a county may have in it.
    package func versioned<Key, Thing>(_ name: String, most: Int = 4096) -> VersionedCache<Key, Thing> {
        caches.withLock { caches in
            if let known = caches[name] as? VersionedCache<Key, Thing> { return known }
            let fresh =
                (older?.caches.withLock { $0[name] as? VersionedCache<Key, Thing> })?.copy
                ?? VersionedCache<Key, Thing>(most: most)
            caches[name] = fresh
            return fresh
        }
    }

    /// Something that stays with a county whatever its version and keeps up by itself, made when first asked
    /// for.
    package func lasting<Thing: Sendable>(_ name: String, of county: County, _ make: () -> Thing) -> Thing {
        things.withLock { things in
            let place = Place(name: name, county: county)
            if let known = things[place] as? Thing { return known }
            let fresh = make()
            things[place] = fresh
            return fresh
        }
    }
}

/// One kind of thing that is remembered: of each county the things of one version, by key.
package final class VersionedCache<Key: Hashable & Sendable, Thing: Sendable>: Sendable {
    private struct Kept { var version: Int, things: [Key: Thing] }
    private let counties: Mutex<[County: Kept]>
    private let most: Int
    convenience init(most: Int) { self.init([:], most: most) }
    private init(_ kept: [County: Kept], most: Int) {
        self.most = most
        counties = Mutex(kept)
    }

    /// One with the same things, which goes its own way.
    var copy: VersionedCache { VersionedCache(counties.withLock(\.self), most: most) }

    /// The thing as it was at that version; nil if it is not remembered.
    package func recall(_ key: Key, of county: County, version: Int) -> Thing? {
        counties.withLock { counties in
            guard let kept = counties[county], kept.version == version else { return nil }
            return kept.things[key]
        }
    }

    /// Remembers a thing. What was remembered of another version is forgotten.
    package func keep(_ thing: Thing, as key: Key, of county: County, version: Int) {
        counties.withLock { counties in
            if counties[county]?.version != version || (counties[county]?.things.count ?? 0) >= most {
                counties[county] = Kept(version: version, things: [:])
            }
            counties[county]?.things[key] = thing
        }
    }

    /// The thing of that version: remembered, or read now and remembered. Without a version it is only read.
    package func thing(_ key: Key, of county: County, version: Int?, _ read: () throws -> Thing) throws
        -> Thing
    {
        guard let version else { return try read() }
        if let known = recall(key, of: county, version: version) { return known }
        let fresh = try read()
        keep(fresh, as: key, of: county, version: version)
        return fresh
    }
}

/// Things that may be a moment old: what many ask for at once is made once. While one makes it anew the
/// others go on with the last, unless that is ten times as old as it may be; then they wait.
package final class RecentCache<Key: Hashable & Sendable, Thing: Sendable>: Sendable {
    private struct Kept { var at: Instant, thing: Thing, isBeingMade = false }
    private enum Found { case kept(Thing), mine, nothing }
    private let kept = Mutex<[Key: Kept]>([:])
    /// So many are kept at most.
    private static var most: Int { 256 }

    /// Nothing yet.
    package init() {}

    /// The thing if it is not older than so many milliseconds, else made now or about to be.
    package func thing(_ key: Key, at now: Instant, within milliseconds: Int64, _ make: () throws -> Thing)
        rethrows -> Thing
    {
        let found = kept.withLock { kept -> Found in
            guard let known = kept[key], known.at <= now, now.since(known.at) < milliseconds * 10 else {
                return .nothing
            }
            if now.since(known.at) < milliseconds || known.isBeingMade { return .kept(known.thing) }
            kept[key]?.isBeingMade = true
            return .mine
        }
        switch found {
        case .kept(let thing): return thing
        case .mine:
            do {
                let fresh = try make()
                kept.withLock { $0[key] = Kept(at: now, thing: fresh) }
                return fresh
            } catch {
                kept.withLock { $0[key]?.isBeingMade = false }
                throw error
            }
        case .nothing:
            // Whoever comes first makes it; the others wait for it instead of making it as often as they are.
            return try kept.withLock { kept in
                if let known = kept[key], known.at <= now, now.since(known.at) < milliseconds {
                    return known.thing
                }
                let fresh = try make()
                if kept.count >= Self.most { kept = [:] }
                kept[key] = Kept(at: now, thing: fresh)
                return fresh
            }
        }
    }
}
