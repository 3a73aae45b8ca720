import type { AsJson } from '../../control/as-json.ts'
import type { ShownScoreInFull } from '../../control/methods/score-methods.ts'
import { type Command, defineCommand, optionalArgument } from '../frame/command.ts'
import { type ScoresJson, scoresText, scoreText } from './scores-text.ts'

export const scoresCommand: Command = defineCommand({
  name: 'scores',
  group: 'network',
  summary: 'show how good miners have been, and what that rests on',
  about:
    'Points of 0 to 100 from what was seen in the last day: latency (30), accuracy by audits (25), uptime (20), power (15) and cost (10), ' +
    'as far as they are known. What this node saw itself goes first; others count by the fee that was burned on what they redeemed, and not at ' +
    'all without a chain. With a miner, or the first characters of its address, everything that its score is made of. With --json: {"weighs", ' +
    '"publishes", "scores": [{"miner", "points", "confidence", "tier", "components": {"latency": {"points", "confidence", "count"}, ...}, ' +
    '"raters", "reviews": {"count", "stars"}}]}; null is unknown. With a miner also "own": {"latency": {"points", "count"}, ...}, "ratings": ' +
    '[{"rater", "standing", "weight", "jobs", "feeBurned", "points", "components", "heardAtMs"}], "ownReviews" and "heardReviews": ' +
    '[{"rater", "attempt", "stars", "weight"}]; "standing" of a rater: same, where its digest was made again from its receipts, different, ' +
    'away or unchecked. Exit code 5 where no node runs.',
  examples: [
    { line: 'aitbc scores', about: 'all miners of whom anything is known' },
    { line: 'aitbc scores 0x9a1dc75f', about: 'one, with every input of its score' },
  ],
  arguments: { miner: optionalArgument('address of a miner, or its first characters') },
  async run(context) {
    const { reachNode } = await import('../node/node-access.ts')
    await using node = await reachNode(context)
    const { miner } = context.arguments
    const found = await node.call<ScoresJson>('scores', miner === undefined ? {} : { miner })
    const { out } = context
    const look = { width: out.width, dim: out.style.dim }
    await out.print(found, () =>
      miner === undefined
        ? scoresText(found, look)
        : found.scores
            .map((score) => scoreText(score as AsJson<ShownScoreInFull>, found.weighs, look, Date.now()))
            .join('\n\n'),
    )
  },
})
