// Generated from contracts/src by contracts/build/generate.ts; changed there.
/** Of the sources and settings that these bindings were made from. */
export const generatedFrom: string = '97df4ac061c5bd50fd8dfb137370c4ebdaab95ee87626bb970274663bd4dd119'
