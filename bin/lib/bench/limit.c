// The embedded engine's own limit: the statements of a file, run once for each of a batch's requests, then one durable commit.
// usage: limit DATABASE STATEMENTS BATCH SECONDS; prints requests a second. ?1 in a statement counts up.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void need(int code, sqlite3 *db) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

int main(int count, char **words) {
    if (count != 5) return 2;
    static char text[1 << 16];
    FILE *file = fopen(words[2], "r");
    if (!file || fread(text, 1, sizeof text - 1, file) == 0) return 2;
    sqlite3 *db;
    need(sqlite3_open(words[1], &db), db);
    need(sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", 0, 0, 0), db);
    sqlite3_stmt *statements[16];
    int known = 0;
    for (const char *rest = text; *rest && known < 16;) {
        need(sqlite3_prepare_v2(db, rest, -1, &statements[known], &rest), db);
        if (statements[known]) known++;
    }
    int batch = atoi(words[3]);
    double begun = now(), end = begun + atof(words[4]);
    long done = 0;
    while (now() < end) {
        need(sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0), db);
        for (int request = 0; request < batch; request++, done++) {
            for (int index = 0; index < known; index++) {
                sqlite3_bind_int64(statements[index], 1, done + 1);
                need(sqlite3_step(statements[index]), db);
                sqlite3_reset(statements[index]);
            }
        }
        need(sqlite3_exec(db, "COMMIT", 0, 0, 0), db);
    }
    printf("%.1f\n", done / (now() - begun));
    return 0;
}
