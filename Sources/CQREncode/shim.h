// Debian's libqrencode (package libqrencode-dev): the squares of a QR code.
#include <qrencode.h>
