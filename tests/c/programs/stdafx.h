// stdafx.h : the headers that Visual Studio's projects have in one
#pragma once

#include "targetver.h"

#include <stdio.h>
#include <tchar.h>
#include <Windows.h>
#include <strsafe.h>
