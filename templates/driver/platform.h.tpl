<%! SPDX-License-Identifier: Apache-2.0 %>
#ifndef <%name_upper%>_PLATFORM_H
#define <%name_upper%>_PLATFORM_H

#include "<%name%>_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

// The platform that is linked in: one of <%name%>_platform_*.c, or your own. 0, or -1 with a message on
// standard error where there is one.
int <%name%>_platform_open(<%name%>_platform* platform);
void <%name%>_platform_close(<%name%>_platform* platform);

#ifdef __cplusplus
}
#endif
#endif
