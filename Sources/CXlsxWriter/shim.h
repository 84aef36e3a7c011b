// Debian's libxlsxwriter (package libxlsxwriter-dev): writes XLSX in bounded memory.
#include <xlsxwriter.h>
