/**
 * What a probe costs who checks it, against who works for it, and what probes find out: `node test/bench/probe.ts`.
 * Work and checks are those of the protocol, on the engine of this machine; who cheats is drawn.
 */
import { createOnnxEngine } from '../../node/engines/onnx/onnx-engine.ts'
import { engineProbeDesk } from '../../node/measure/engine-probe-desk.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { peerId } from '../../protocols/kernel/ids.ts'
import { openingFault } from '../../protocols/rules/probing/check-opening.ts'
import { judgeProbe, TOLERANCE } from '../../protocols/rules/probing/judge-probe.ts'
import {
  filledBytesOf,
  operationsOf,
  type ProbeKind,
  type ProbeSize,
  planProbe,
} from '../../protocols/rules/probing/probe-size.ts'
import { factorOf, leavesOf, rowsPerLeaf } from '../../protocols/rules/probing/probe-work.ts'
import { probeMiner } from '../../protocols/wire/probe/probe-client.ts'
import { answerProbe, type ProbeDesk, type ProbeWork } from '../../protocols/wire/probe/probe-handler.ts'
import { directNetwork } from '../support/nodes/direct-network.ts'
import { crypto } from '../support/statement-vectors/cast.ts'
import { msText, tell, tellDetail, tellMachine } from './support/figures.ts'

const MINER = peerId('miner')
const OPENED = 16
tellMachine()
await using engine = await createOnnxEngine()
const limits = { memoryBytesMax: 2 ** 31, threads: 2, outputBytesMax: 2 ** 26 }
const desk = engineProbeDesk({
  seatFor: () => ({ engine }),
  limits,
  clock: systemClock,
  hasher: crypto,
  fillBytesMax: 2 ** 31,
  secondsPerHour: 100_000,
  refusal: () => undefined,
  jobs: () => 0,
})
const needs = (of: ProbeDesk) => ({
  network: directNetwork(answerProbe(of)),
  clock: systemClock,
  random: systemRandom,
  hasher: crypto,
})

async function probed(size: ProbeSize) {
  // A prober of its own each time: the budget of one is not what is measured.
  const fresh: ProbeDesk = { admit: (_, ...of) => desk.admit(peerId(`prober ${Math.random()}`), ...of) }
  const report = await probeMiner(needs(fresh), MINER, () => ({ card: 0, size, patienceMs: 120_000 }))
  if (report.kind !== 'ended' || report.transcript.fault !== undefined) throw new Error(JSON.stringify(report))
  return report.transcript
}

/** Of sixteen leaves, with what is made once for all of them. */
async function checkMs(size: ProbeSize): Promise<number> {
  const work = (await desk.admit(
    peerId(`checker ${Math.random()}`),
    { card: 0, ...size },
    new AbortController().signal,
  )) as ProbeWork
  const [seed, nonce] = [systemRandom.bytes(32), systemRandom.bytes(32)]
  const signal = new AbortController().signal
  const roots = (await work.work(seed, signal)) as readonly Uint8Array[]
  const recalled = (await work.recall(nonce, signal)) as Uint8Array
  const opened = Array.from({ length: OPENED }, (_, i) => work.open(Math.floor((i * leavesOf(size)) / OPENED)))
  await work[Symbol.asyncDispose]()
  const startedMs = performance.now()
  const factor = factorOf(crypto, seed, size.side)
  for (const [i, leaf] of opened.entries()) {
    const fault = openingFault(crypto, { size, seed, nonce, roots, recalled }, factor, leaf, i % rowsPerLeaf(size.side))
    if (fault !== undefined) throw new Error(fault)
  }
  return performance.now() - startedMs
}

const first = await probed({ side: 512, layers: 8, rounds: 8 })
const gflops = operationsOf(first.size) / first.timings.workedMs / 1e6
tellDetail(`the probe takes this machine for ${gflops.toFixed(0)} GFLOPS, with expanding and hashing`)
for (const kind of ['speed', 'memory'] as const satisfies readonly ProbeKind[]) {
  const size = planProbe(kind, { fp32Gflops: gflops, memoryBytes: 2 ** 30 }, 20)!
  const { timings } = await probed(size)
  const share = (2 * OPENED * size.layers * size.side ** 2) / operationsOf(size)
  const checkedMs = await checkMs(size)
  const workMs = timings.workedMs + timings.recalledMs
  tell({
    asks: `checking a probe of ${kind}, ${(operationsOf(size) / 1e9).toFixed(0)} G operations, ${(filledBytesOf(size) / 1e6).toFixed(0)} MB filled`,
    found: `${msText(checkedMs)}, one operation in ${Math.round(1 / share).toLocaleString('en')}`,
    baseline: `${msText(workMs)} of work`,
    ratio: checkedMs / workMs,
  })
}

const shares = [0.9, 0.75, 0.5, 0.25, 0.1]
tell({
  asks: `who does ${shares.map((share) => `${Math.round(share * 100)} %`).join(', ')} of the rows is found by one probe of ${OPENED} leaves`,
  found: shares.map((share) => `${(100 * (1 - share ** OPENED)).toFixed(3)} %`).join(', '),
})
const size = planProbe('memory', { fp32Gflops: gflops, memoryBytes: 2 ** 30 }, 20)!
const { timings } = await probed(size)
const judged: string[] = []
for (const held of [0.9, 0.6, 0.4, 0.1]) {
  const recalledMs = timings.recalledMs + (1 - held) * timings.workedMs
  const outcome = judgeProbe(size, { fp32Gflops: gflops }, { ...timings, recalledMs, rttMs: 0, stalledMs: 0 })
  judged.push(`${Math.round(held * 100)} %: ${outcome.kind}`)
}
tell({ asks: 'who holds a share of what it filled, and works again for the rest', found: judged.join('; ') })
const claims: string[] = []
for (const times of [1, 2, TOLERANCE, 4, 10]) {
  const claim = { fp32Gflops: gflops * times }
  const asked = planProbe('speed', claim, 20)!
  const { timings: took } = await probed(asked)
  claims.push(`${times} times: ${judgeProbe(asked, claim, { ...took, stalledMs: 0 }).kind}`)
}
tell({ asks: 'who claims more GFLOPS than it has', found: claims.join('; ') })
