// Debian's libzip (package libzip-dev): the container of XLSX.
#include <zip.h>
