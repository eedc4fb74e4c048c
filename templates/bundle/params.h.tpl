#ifndef <%name_upper%>_H
#define <%name_upper%>_H

// Sizes of the design, as its SystemVerilog parameters have them.
#define <%name_upper%>_LANES <%lanes%>
#define <%name_upper%>_COLUMNS <%columns%>
#define <%name_upper%>_ROWS <%rows%>
#define <%name_upper%>_ATOM <%atom%>
#define <%name_upper%>_ACTIVATION_BYTES <%activation_bytes%>
#define <%name_upper%>_WEIGHT_BYTES <%weight_bytes%>
#define <%name_upper%>_MEMORY_BYTES <%memory_bytes%>

// Layout of commands and block records.
#define <%name_upper%>_COMMAND_BYTES <%command_bytes%>
#define <%name_upper%>_HEADER_WORDS <%header_words%>

#endif
