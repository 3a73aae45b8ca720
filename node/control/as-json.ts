/** What a value of the control channel is once JSON carried it: amounts are decimal text. */
export type AsJson<T> = T extends bigint
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: AsJson<T[K]> }
