/** Numbers drawn from random bytes. */
import { bigintOf } from './bytes.ts'
import type { Random } from './ports.ts'

/** A number from 0 to below 1. */
export type Draw = () => number

export const drawUint32 = (random: Random): number => new DataView(random.bytes(4).buffer).getUint32(0)

export const drawUint64 = (random: Random): bigint => bigintOf(random.bytes(8))

/** From 0 to below 1. */
export const drawUnit = (random: Random): number => drawUint32(random) / 2 ** 32

export const drawFrom =
  (random: Random): Draw =>
  () =>
    drawUnit(random)
