// SPDX-License-Identifier: Apache-2.0
// Ends a use of formats.def.
#undef SLUICE_COMMAND
#undef SLUICE_ENTRY
#undef SLUICE_NUMBER
#undef SLUICE_ADDRESS
#undef SLUICE_WORD
#undef SLUICE_FIELD
#undef SLUICE_GATING_FIELD
#undef SLUICE_ADDITIONS_COMMAND
#undef SLUICE_ADDITIONS_FIELD
