/** What has to go for a content to come: those that nobody uses, the one unused for longest first. */

export interface RoomTaker {
  /** With all that it will have. */
  readonly bytes: number
  readonly bytesHere: number
  readonly usedAtMs: number
  readonly inUse: boolean
}

export interface RoomWish<T extends RoomTaker> {
  readonly bytes: number
  readonly bytesToWrite: number
  /** Bytes of all together. */
  readonly spaceMax: number
  /** Of the disk. */
  readonly freeBytes: number
  readonly others: readonly T[]
}

export type RoomPlan<T> =
  | { readonly kind: 'fits'; readonly evict: readonly T[] }
  /** The budget is too small, by what is in use; `free` is what could be had. */
  | { readonly kind: 'space'; readonly free: number }
  /** The disk is too small. */
  | { readonly kind: 'disk' }

export function planRoom<T extends RoomTaker>(wish: RoomWish<T>): RoomPlan<T> {
  const { bytes, bytesToWrite, spaceMax, freeBytes, others } = wish
  const sum = (takers: readonly RoomTaker[], of: 'bytes' | 'bytesHere'): number =>
    takers.reduce((total, taker) => total + taker[of], 0)
  const inUse = others.filter((taker) => taker.inUse)
  const idle = others.filter((taker) => !taker.inUse).sort((a, b) => a.usedAtMs - b.usedAtMs)
  const free = Math.max(0, spaceMax - sum(inUse, 'bytes'))
  if (bytes > free) return { kind: 'space', free }
  if (bytesToWrite > freeBytes + sum(idle, 'bytesHere')) return { kind: 'disk' }
  let used = sum(others, 'bytes')
  let disk = freeBytes
  const evict: T[] = []
  for (const taker of idle) {
    if (used + bytes <= spaceMax && bytesToWrite <= disk) break
    evict.push(taker)
    used -= taker.bytes
    disk += taker.bytesHere
  }
  return { kind: 'fits', evict }
}
