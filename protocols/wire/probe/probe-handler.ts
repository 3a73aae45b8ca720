/** The answering side: says whether it has time for it, works, shows that it still holds what it made, and opens what is asked for. */
import { MeshError } from '../../kernel/errors.ts'
import type { PeerId } from '../../kernel/ids.ts'
import type { Handler } from '../../kernel/protocol.ts'
import type { OpenedLeaf } from '../../rules/probing/check-opening.ts'
import { isProbeSize, type ProbeSize } from '../../rules/probing/probe-size.ts'
import { DIGEST_BYTES, leavesOf } from '../../rules/probing/probe-work.ts'
import type { Ask, ProbeRequest, ProbeResponse, Refused } from './probe-messages.ts'
import { ECHOES } from './probe-protocol.ts'

/** One probe, from when its engine is ready. It gives way to paid jobs, and to its owner, at any moment. */
export interface ProbeWork extends AsyncDisposable {
  /** Of the engine: its name, version and kernels. */
  readonly engine: string
  /** Paid jobs that run now. */
  readonly jobs: number
  /** The root of each round. @throws MeshError CANCELLED, ENGINE_* */
  work(seed: Uint8Array, signal: AbortSignal): Promise<readonly Uint8Array[] | Refused>
  /** The root over all that was made, under a nonce. @throws MeshError CANCELLED */
  recall(nonce: Uint8Array, signal: AbortSignal): Promise<Uint8Array | Refused>
  open(leaf: number): OpenedLeaf
}

export interface ProbeDesk {
  /** @throws MeshError CANCELLED */
  admit(prober: PeerId, ask: Ask, signal: AbortSignal): Promise<ProbeWork | Refused>
}

const isRefused = <T extends object>(answer: T | Refused): answer is Refused =>
  'kind' in answer && answer.kind === 'refused'
const malformed = (why: string): MeshError => new MeshError('MALFORMED', { what: 'probe', why })

export function answerProbe(desk: ProbeDesk): Handler<ProbeRequest, ProbeResponse> {
  return async function* (first, more, { peer, signal }) {
    const requests = inOrder(first, more)
    const next = async <K extends ProbeRequest['kind']>(kind: K): Promise<Extract<ProbeRequest, { kind: K }>> => {
      const { value, done } = await requests.next()
      if (done === true || value.kind !== kind) throw malformed(`${kind} comes next`)
      return value as Extract<ProbeRequest, { kind: K }>
    }
    for (let i = 0; i < ECHOES; i++) yield { kind: 'echo', nonce: (await next('echo')).nonce }
    const { kind: _, ...ask } = await next('ask')
    if (!isProbeSize(ask)) throw malformed('a size that is none')
    const admitted = await desk.admit(peer, ask, signal)
    if (isRefused(admitted)) return yield admitted
    await using work = admitted
    yield { kind: 'ready', engine: work.engine, jobs: work.jobs }
    const roots = await work.work((await next('start')).seed, signal)
    if (isRefused(roots)) return yield roots
    yield { kind: 'worked', roots: joined(roots) }
    const root = await work.recall((await next('recall')).nonce, signal)
    if (isRefused(root)) return yield root
    yield { kind: 'recalled', root }
    const { leaves } = await next('open')
    for (const leaf of leaves) {
      requireLeaf(ask, leaf)
      yield { kind: 'opened', ...work.open(leaf) }
    }
  }
}

async function* inOrder(first: ProbeRequest, more: AsyncIterable<ProbeRequest>): AsyncGenerator<ProbeRequest> {
  yield first
  yield* more
}

function requireLeaf(size: ProbeSize, leaf: number): void {
  if (leaf >= leavesOf(size)) throw malformed(`there is no leaf ${leaf}`)
}

function joined(roots: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(roots.length * DIGEST_BYTES)
  for (const [i, root] of roots.entries()) bytes.set(root, i * DIGEST_BYTES)
  return bytes
}
