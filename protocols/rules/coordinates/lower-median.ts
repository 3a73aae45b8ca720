/** Of an even number the smaller middle one: a round trip can be too long, and never too short. `NaN` of none. */
export const lowerMedian = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[(values.length - 1) >> 1] ?? Number.NaN
