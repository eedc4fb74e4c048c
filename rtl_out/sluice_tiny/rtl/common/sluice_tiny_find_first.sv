// GENERATED - do not edit. Change tiny.yaml or templates/common/find_first.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// The lowest bit that is set, found in a tree: combinational, $clog2(Width) levels deep. Wide ones
// are put together of narrow ones.
module sluice_tiny_find_first #(
  parameter  int Width     = 8,  // power of two, at least 2
  localparam int IndexBits = $clog2(Width)
) (
  input  logic [Width-1:0]     bits_i,
  output logic                 any_o,   // a bit is set
  output logic                 many_o,  // more than one is
  output logic [IndexBits-1:0] index_o  // of the lowest; 0 if none is set
);

  localparam int Most = 64;  // bits of one tree

  if (Width > Most) begin : gen_wide
    localparam int Groups    = Width / Most;
    localparam int MostBits  = $clog2(Most);
    localparam int GroupBits = $clog2(Groups);

    logic [Groups-1:0]          any, many;
    logic [Groups*MostBits-1:0] index;
    logic [GroupBits-1:0]       group;
    logic                       many_groups;

    for (genvar g = 0; g < Groups; g++) begin : gen_group
      sluice_tiny_find_first #(
        .Width (Most)
      ) u_bits (
        .bits_i  (bits_i[g*Most +: Most]),
        .any_o   (any[g]),
        .many_o  (many[g]),
        .index_o (index[g*MostBits +: MostBits])
      );
    end

    sluice_tiny_find_first #(
      .Width (Groups)
    ) u_groups (
      .bits_i  (any),
      .any_o,
      .many_o  (many_groups),
      .index_o (group)
    );

    assign many_o  = many_groups | (many != '0);
    assign index_o = {group, index[32'(group)*MostBits +: MostBits]};
  end else begin : gen_tree
    for (genvar l = 0; l <= IndexBits; l++) begin : gen_level
      for (genvar n = 0; n < (Width >> l); n++) begin : gen_node
        logic                 any, many;
        logic [IndexBits-1:0] index;

        if (l == 0) begin : gen_leaf
          assign any   = bits_i[n];
          assign many  = 1'b0;
          assign index = '0;
        end else begin : gen_join
          logic low, high;
          assign low   = gen_level[l-1].gen_node[2*n].any;
          assign high  = gen_level[l-1].gen_node[2*n+1].any;
          assign any   = low | high;
          assign many  = (low & high) | gen_level[l-1].gen_node[2*n].many |
                         gen_level[l-1].gen_node[2*n+1].many;
          assign index = low ? gen_level[l-1].gen_node[2*n].index
                             : gen_level[l-1].gen_node[2*n+1].index |
                                   (IndexBits'(high) << (l - 1));
        end
      end
    end

    assign any_o   = gen_level[IndexBits].gen_node[0].any;
    assign many_o  = gen_level[IndexBits].gen_node[0].many;
    assign index_o = gen_level[IndexBits].gen_node[0].index;
  end

endmodule : sluice_tiny_find_first
