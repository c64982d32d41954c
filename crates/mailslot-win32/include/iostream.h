/* The header of old C++, from before there was a namespace std. */
#ifndef MAILSLOT_IOSTREAM_H
#define MAILSLOT_IOSTREAM_H

/* In C it is empty. */
#ifdef __cplusplus
#include <iostream>
using namespace std;
#endif

#endif
