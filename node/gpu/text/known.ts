/** What was not found out is left out: in facts and readings an absent field means unknown. */
type MayBeUnknown<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }

/** `fields` without those that are `undefined`, as the type whose fields they are. */
export const known = <T extends object>(fields: MayBeUnknown<T>): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
