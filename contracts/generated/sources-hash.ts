// Generated from contracts/src by contracts/build/generate.ts; changed there.
/** Of the sources and settings that these bindings were made from. */
export const generatedFrom: string = 'b8e94242185f9b8a3e8f5a71e6316f4d304f1bf88482e7b61865cc35aec1a923'
