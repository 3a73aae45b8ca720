/** Values as they cross into a contract and out of it. */

/** 20 bytes, lower-case hexadecimal with `0x`. The same text as the mesh's addresses. */
export type Address = `0x${string}`
/** Bytes of any number, lower-case hexadecimal with `0x`. */
export type Hex = `0x${string}`
