/** Fields that were not found out are left out: an absent field means unknown. */
type MayBeUnknown<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }

/**
 * `fields` without those that are `undefined`, as the type whose fields they are.
 * @example known<{ watts?: number }>({ watts: undefined }) // {}
 */
export const known = <T extends object>(fields: MayBeUnknown<T>): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
