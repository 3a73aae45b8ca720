/**
 * Of an even number the smaller middle one, for who is measured by others: a message can come too late, and never too early. `NaN` of
 * none.
 */
export const lowerMedian = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[(values.length - 1) >> 1] ?? Number.NaN
