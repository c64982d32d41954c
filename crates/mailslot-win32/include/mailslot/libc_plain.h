/*
 * The C library's headers for our own: without what the files of the same name one folder up add to them, which is built on what is
 * being defined here.
 */
#ifndef MAILSLOT_LIBC_PLAIN_H
#define MAILSLOT_LIBC_PLAIN_H

#define MAILSLOT_LIBC_ALONE
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#undef MAILSLOT_LIBC_ALONE

#include "libc_names.h"

#endif
