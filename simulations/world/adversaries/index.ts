/** All of them, in the order of the table. */
import type { Adversary } from './adversary.ts'
import { badMouths } from './bad-mouths.ts'
import { clique } from './clique.ts'
import { dumpers } from './dumpers.ts'
import { freeRiders } from './free-riders.ts'
import { liars } from './liars.ts'
import { outage } from './outage.ts'
import { sleepers } from './sleepers.ts'
import { sybils } from './sybils.ts'

export const adversaries: readonly Adversary[] = [
  liars,
  clique,
  sleepers,
  badMouths,
  dumpers,
  freeRiders,
  outage,
  sybils,
]
