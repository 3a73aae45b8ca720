/** The generation of a card that no row tells, by what its driver says of the instructions that it knows. */
import type { Architecture } from '../../catalogue/architectures.ts'
import type { CardFacts } from '../cards/card-facts.ts'

/** By CUDA's numbering; 7.5 is of both kinds of Turing, and only the model tells them apart. */
const BY_COMPUTE_CAPABILITY: Readonly<Record<string, Architecture>> = {
  '5.0': 'Maxwell',
  '5.2': 'Maxwell',
  '5.3': 'Maxwell',
  '6.0': 'Pascal',
  '6.1': 'Pascal',
  '6.2': 'Pascal',
  '7.0': 'Volta',
  '7.2': 'Volta',
  '8.0': 'Ampere',
  '8.6': 'Ampere',
  '8.7': 'Ampere',
  '8.9': 'Ada Lovelace',
  '9.0': 'Hopper',
  '10.0': 'Blackwell',
  '10.1': 'Blackwell',
  '10.3': 'Blackwell',
  '11.0': 'Blackwell',
  '12.0': 'Blackwell',
  '12.1': 'Blackwell',
}

/** By LLVM's table of AMD's chips. */
const BY_GFX: readonly (readonly [RegExp, Architecture])[] = [
  [/^gfx80[0-9]$/, 'GCN 4'],
  [/^gfx90[0-6c]$/, 'GCN 5'],
  [/^gfx(908|90a|94\d|950)$/, 'CDNA'],
  [/^gfx101\d$/, 'RDNA 1'],
  [/^gfx103\d$/, 'RDNA 2'],
  [/^gfx110\d$/, 'RDNA 3'],
  [/^gfx115\d$/, 'RDNA 3.5'],
  [/^gfx120\d$/, 'RDNA 4'],
]

export function architectureOf({
  computeCapability = '',
  gfx = '',
}: Pick<CardFacts, 'computeCapability' | 'gfx'>): Architecture | undefined {
  return BY_COMPUTE_CAPABILITY[computeCapability] ?? BY_GFX.find(([pattern]) => pattern.test(gfx))?.[1]
}
