// Generated from contracts/src by contracts/build/generate.ts; changed there.
/** Of the sources and settings that these bindings were made from. */
export const generatedFrom: string = 'a54f971cb08262cd54b9e330238d18bd7dca14df8bee1f34c29e01e2d957e816'
