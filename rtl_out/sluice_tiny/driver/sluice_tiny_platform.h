// GENERATED - do not edit. Change tiny.yaml or templates/driver/platform.h.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
#ifndef SLUICE_TINY_PLATFORM_H
#define SLUICE_TINY_PLATFORM_H

#include "sluice_tiny_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

// The platform that is linked in: one of sluice_tiny_platform_*.c, or your own. 0, or -1 with a message on
// standard error where there is one.
int sluice_tiny_platform_open(sluice_tiny_platform* platform);
void sluice_tiny_platform_close(sluice_tiny_platform* platform);

#ifdef __cplusplus
}
#endif
#endif
