/**
 * A node's desk in a process of its own, which is killed: sends the purposes of its arguments, and says each step.
 * Arguments: data folder, endpoint, confirmations, `lasting` where it is to stay and say that it lives until it is killed, purposes.
 */
import { ChainRpc } from '../../../node/chain/rpc/chain-rpc.ts'
import { RpcPool } from '../../../node/chain/rpc/rpc-pool.ts'
import { TransactionDesk } from '../../../node/chain/transactions/transaction-desk.ts'
import { TransactionJournal } from '../../../node/chain/transactions/transaction-journal.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { countCall, signerOf, testTuning } from '../chain/chain-calls.ts'

export type SendMessage =
  | { readonly kind: string; readonly purpose: string; readonly state: string; readonly nonce: string | undefined }
  | { readonly kind: 'failed' | 'done'; readonly purpose?: string; readonly code?: string }

const say = (message: SendMessage): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)

const [path, url, confirmations, ...more] = process.argv.slice(2)
const isLasting = more[0] === 'lasting'
const purposes = isLasting ? more.slice(1) : more
const folder = DataFolder.open(path!, { clock: systemClock, bytes: 65_536 })
const chainId = 31_337n
const journal = await TransactionJournal.open(folder, { clock: systemClock, chainId })
const pool = new RpcPool({ endpoints: [url!], chainId, clock: systemClock, periodSeconds: 1, isSteady: false })
const desk = new TransactionDesk({
  journal,
  chain: new ChainRpc(pool),
  signer: await signerOf('sender'),
  clock: systemClock,
  tuning: { ...testTuning, confirmations: Number(confirmations) },
  onStep: ({ kind, record: { purpose, state, nonce } }) => say({ kind, purpose, state, nonce: nonce?.toString() }),
  onFailure: ({ code }) => say({ kind: 'failed', code }),
})

/** The chain may be away, or start anew, while it is asked. */
async function send(purpose: string): Promise<void> {
  for (;;) {
    try {
      await desk.submit(countCall(purpose))
      await desk.settled(purpose)
      say({ kind: 'done', purpose })
      return
    } catch (error) {
      say({ kind: 'failed', purpose, code: (error as { code?: string }).code ?? String(error) })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
await Promise.all(purposes.map(send))
while (isLasting) {
  say({ kind: 'done' })
  await new Promise((resolve) => setTimeout(resolve, 50))
}
await desk[Symbol.asyncDispose]()
await journal[Symbol.asyncDispose]()
pool[Symbol.dispose]()
folder[Symbol.dispose]()
