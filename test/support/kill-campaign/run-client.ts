/** A client under load until it is killed or told to end. Arguments: network file, data folder, model id, jobs at once. */
import { setTimeout as pause } from 'node:timers/promises'
import type { MeshClient } from '../../../node/client/mesh-client.ts'
import type { EdgeOptions } from '../../../node/client/running/infer-options.ts'
import { asMeshError, isMeshError } from '../../../protocols/kernel/errors.ts'
import { type ModelId, modelId } from '../../../protocols/kernel/ids.ts'
import { tensorOf } from '../engines/tensor-of.ts'
import { receiptDigest } from './receipt-digest.ts'
import { say } from './say.ts'
import { configOf } from './settings.ts'
import { startPatiently } from './start-patiently.ts'

/** Between two jobs of one line of work: the campaign is about deaths, not about throughput. */
const PACE_MS = 5
/** While nobody answers: everybody may be dead for a second. */
const NOBODY_MS = 100
/** A job may wait for a restart, not for ever. */
const DEADLINE_MS = 20_000

const [network, folder, model, atOnce] = process.argv.slice(2)
const { settings, network: file } = configOf(network!, folder!, { roles: ['client'], listen: [] })
const node = await startPatiently({ settings, network: file })
const client: MeshClient = node.client!
const { payer, session } = client.purse
node.bus.listen(({ event }) => {
  if (event.kind === 'voucher:signed') {
    say({ kind: 'signed', miner: event.miner, cumulative: String(event.cumulative) })
  }
})
say({ kind: 'up', payer, session })

const ending = new AbortController()
process.on('SIGTERM', () => ending.abort())

async function work(line: number): Promise<void> {
  for (let i = 0; !ending.signal.aborted; i++) {
    const input = tensorOf('x', 'float32', [1, 4], Float32Array.of(line, i % 1_000, 1, 2))
    const wish: EdgeOptions = { model: modelId(model!) as ModelId, inputs: [input], deadlineMs: DEADLINE_MS }
    try {
      const answer = await client.infer(wish)
      say({ kind: 'answered', job: answer.job, label: `${line}/${i}` })
      answer.receipt.then(
        (receipt) =>
          say({
            kind: 'receipt',
            attempt: answer.attempt,
            miner: answer.miner,
            price: String(receipt.price),
            digest: receiptDigest(receipt),
          }),
        () => undefined,
      )
      await pause(PACE_MS)
    } catch (error) {
      const failed = asMeshError(error)
      say({ kind: 'failed', code: failed.code, message: failed.message })
      if (isMeshError(failed, 'BUG')) throw failed
      await pause(NOBODY_MS)
    }
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, (_, line) => work(line)))
// A miner that this life has not heard of may lack the last voucher of an earlier one: to hear of it hands it over.
await client.search().catch((error: unknown) => say({ kind: 'failed', code: asMeshError(error).code, message: '' }))
say({ kind: 'settled', all: await client.settle(10_000) })
await node[Symbol.asyncDispose]()
process.exit(0)
