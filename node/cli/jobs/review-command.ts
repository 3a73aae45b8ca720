import type { AsJson } from '../../control/as-json.ts'
import type { ReviewReport } from '../../control/methods/score-methods.ts'
import { argument, type Command, defineCommand } from '../frame/command.ts'
import { wholeNumber } from '../frame/usage-error.ts'
import { amountOf } from '../screen/numbers.ts'

export const reviewCommand: Command = defineCommand({
  name: 'review',
  group: 'use',
  summary: 'say how good a job was that you paid for: 1 to 5 stars',
  about:
    'Bound to the paid receipt of the job, once. It stands beside the score of the miner, and is no part of it. Where publishScores is on it ' +
    'is told to others, signed by this payer, with the receipt for who asks; else it stays here. With --json: {"attempt", "miner", "stars", ' +
    '"publishes"}. Exit code 5 where no node runs.',
  examples: [{ line: 'aitbc review 5882d498 5', about: 'the job as aitbc jobs lists it' }],
  arguments: {
    job: argument('id of a job or an attempt, or its first characters'),
    stars: argument('1 to 5', { parse: wholeNumber(1, 5) }),
  },
  async run(context) {
    const { reachNode } = await import('../node/node-access.ts')
    await using node = await reachNode(context)
    const { job, stars } = context.arguments
    const kept = await node.call<AsJson<ReviewReport>>('review', { id: job, stars })
    await context.out.print(kept, () =>
      [
        `${amountOf(kept.stars, 'star')} for ${kept.miner}.`,
        kept.publishes
          ? 'Others hear of it within a quarter of an hour.'
          : 'It stays on this node: aitbc config set publishScores on tells others.',
      ].join('\n'),
    )
  },
})
