/* The header of old C++, from before there was a namespace std. */
#ifndef MAILSLOT_IOMANIP_H
#define MAILSLOT_IOMANIP_H

/* In C it is empty. */
#ifdef __cplusplus
#include <iomanip>

#include "iostream.h"
#endif

#endif
