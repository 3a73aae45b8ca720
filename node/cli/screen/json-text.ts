/** JSON as all commands write it. */

/**
 * One line. Amounts are decimal strings, as they do not fit a JSON number; what is not known is null, so that a shape never
 * loses a key.
 */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : (part ?? null)))
