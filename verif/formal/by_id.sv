  localparam bit f_by_id = 1'b1;
