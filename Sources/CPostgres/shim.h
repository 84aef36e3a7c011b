// Debian's libpq, the client library of PostgreSQL (package libpq-dev).
#include <libpq-fe.h>
