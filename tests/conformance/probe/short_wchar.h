/*
 * Included before probe.c where it is compiled for Linux. The probe counts two bytes for a WCHAR, so it is compiled with
 * -fshort-wchar; the C library's wcscpy, the one function on wide text that it calls, takes four.
 */
#include <wchar.h>

static wchar_t *short_wcscpy(wchar_t *destination, const wchar_t *source)
{
    size_t i = 0;

    do
        destination[i] = source[i];
    while (source[i++] != 0);
    return destination;
}

#define wcscpy short_wcscpy
