name: "sluice:generated:<%name%>:<%version%>"
description: "DNN accelerator: <%lanes%> lanes of <%columns%> columns and <%rows%> rows"

filesets:
  rtl:
    files:
<%#files%>
      - <%path%>
<%/files%>
    file_type: systemVerilogSource

targets:
  default:
    filesets: [rtl]
    toplevel: <%top_module%>
