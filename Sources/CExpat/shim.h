// Debian's expat (package libexpat1-dev): XML, piece by piece.
#include <expat.h>
