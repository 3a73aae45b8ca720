/** What tools print about cards: no stranger wrote it, but a driver that is half broken may print anything. */
import { gpuParsers } from '../recordings/gpu-parsers.ts'
import { assertPossible } from '../recordings/possible-figures.ts'
import { jsonMutations } from './mutate.ts'
import type { Target } from './target.ts'

export const gpuTargets: readonly Target[] = gpuParsers.map(({ name, recordings, read }) => ({
  name: `cards: ${name}`,
  corpus: recordings.map((text) => Buffer.from(text)),
  mutations: jsonMutations,
  read(bytes) {
    assertPossible(read(new TextDecoder().decode(bytes)))
  },
}))
