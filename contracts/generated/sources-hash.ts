// Generated from contracts/src by contracts/build/generate.ts; changed there.
/** Of the sources and settings that these bindings were made from. */
export const generatedFrom: string = '7950549b3eb331301215d76b82962d2f7c4d09f981dffc948b26751c2c06c4f0'
