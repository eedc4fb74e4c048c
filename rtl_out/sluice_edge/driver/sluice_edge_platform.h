// GENERATED - do not edit. Change edge.yaml or templates/driver/platform.h.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
#ifndef SLUICE_EDGE_PLATFORM_H
#define SLUICE_EDGE_PLATFORM_H

#include "sluice_edge_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

// The platform that is linked in: one of sluice_edge_platform_*.c, or your own. 0, or -1 with a message on
// standard error where there is one.
int sluice_edge_platform_open(sluice_edge_platform* platform);
void sluice_edge_platform_close(sluice_edge_platform* platform);

#ifdef __cplusplus
}
#endif
#endif
