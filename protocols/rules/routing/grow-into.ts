/** An array of twice the length that begins with the same numbers. */
export function growInto<T extends Float32Array | Float64Array | Int32Array>(old: T): T {
  const next = new (old.constructor as new (length: number) => T)(old.length * 2)
  next.set(old)
  return next
}
