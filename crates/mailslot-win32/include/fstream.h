/* The header of old C++, from before there was a namespace std. */
#ifndef MAILSLOT_FSTREAM_H
#define MAILSLOT_FSTREAM_H

/* In C it is empty. */
#ifdef __cplusplus
#include <fstream>

#include "iostream.h"
#endif

#endif
