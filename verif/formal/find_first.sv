// SPDX-License-Identifier: Apache-2.0
  // The lowest bit that is set, whether there is one, and whether there are more.
  always @* begin
    assert (any_o == (bits_i != '0));
    assert (many_o == ((bits_i & (bits_i - Width'(1))) != '0));
    if (any_o) assert ((bits_i & ((Width'(2) << index_o) - Width'(1))) == Width'(1) << index_o);
    else       assert (index_o == '0);
  end
