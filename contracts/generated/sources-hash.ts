// Generated from contracts/src by contracts/build/generate.ts; changed there.
/** Of the sources and settings that these bindings were made from. */
export const generatedFrom: string = '6532af5ce2c33f67154963f97fe0495e7118eb2b449e2b04fb26bf6c6eb4b62e'
