/** `aitbc up`: the local network, its two jobs, and a status that is drawn again and again. */
import { join } from 'node:path'
import type { CommandContext } from '../../node/cli/command.ts'
import { unitsText } from '../../node/cli/credit-amounts.ts'
import { durationText } from '../../node/cli/durations.ts'
import { logWriter } from '../../node/cli/log-writer.ts'
import { amountOf } from '../../node/cli/numbers.ts'
import { runAndShow } from '../../node/cli/run-job.ts'
import { Ended } from '../../node/cli/run-node.ts'
import { UNSETTLED } from '../../node/cli/unsettled.ts'
import { nodeMethods } from '../../node/control/methods/node-methods.ts'
import { serveControl } from '../../node/control/serve-control.ts'
import { shippedModels } from '../../node/models/shipped/index.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { createTestnet, type Testnet } from './create-testnet.ts'

interface UpOptions {
  readonly once: boolean
  readonly port: number | undefined
}

type Context = CommandContext<unknown, UpOptions>

/** Three people with one model, the other, and both, each at its own price. */
const MINERS = [
  { name: 'miner 1', models: ['characters'], basePrice: '0.001' },
  { name: 'miner 2', models: ['characters', 'languages'], basePrice: '0.0015' },
  { name: 'miner 3', models: ['languages'], basePrice: '0.002' },
] as const

const TEXT = 'Wer zuletzt lacht, lacht am besten, sagte meine Großmutter immer.'

export async function runLocalNetwork(context: Context): Promise<number> {
  const { options, out, signal } = context
  const { settings } = await context.config()
  using ended = new Ended(signal)
  await using net = await start(context, settings.dataFolder, settings)
  await using control = await serveControl(
    settings.dataFolder,
    nodeMethods(net.client, () => ended.now()),
  )
  void control
  const worst = await runBoth(context)
  if (options.once) return worst
  if (!out.json) {
    out.say(`\nThe network stays up until Ctrl-C. In another terminal: aitbc run characters --input <picture>`)
    out.say(`Network file for other processes: ${net.networkPath}\n`)
  }
  await live(context, net, ended)
  return EXIT.done
}

async function start(
  { options, out, signal }: Context,
  dataFolder: string,
  settings: Parameters<typeof logWriter>[0],
): Promise<Testnet> {
  let step = 'starting'
  let done = 0
  using progress = out.progress('starting the local network', () => step)
  // One thread each: three miners share this machine, and none of them has it alone.
  return createTestnet(MINERS.length, {
    folder: join(dataFolder, 'local'),
    clientFolder: dataFolder,
    miners: MINERS.map((miner) => ({ ...miner, engineThreads: 1 })),
    client: { name: 'client' },
    log: logWriter({ ...settings, logLevel: settings.logLevel === 'info' ? 'warn' : settings.logLevel }, out),
    signal,
    onStep: (what) => {
      step = what
      progress.update(++done, MINERS.length + 3)
    },
    ...(options.port === undefined ? {} : { bootstrapPort: options.port }),
  })
}

/** The same way as anybody's `aitbc run`: over the control channel to the client. */
async function runBoth(context: Context): Promise<number> {
  const characters = shippedModels().find(({ name }) => name === 'characters')!
  const jobs = [
    { model: 'characters', input: join(characters.folder, 'samples', 'letter-A.png') },
    { model: 'languages', input: TEXT },
  ]
  let worst: number = EXIT.done
  for (const { model, input } of jobs) {
    context.out.say(`$ aitbc run ${model} --input ${JSON.stringify(input)}`)
    const options = {
      input: [input],
      output: undefined,
      force: false,
      priceMax: undefined,
      latencyMax: undefined,
      deadline: undefined,
    }
    worst = Math.max(worst, await runAndShow({ ...context, arguments: { model }, options }))
    context.out.say('')
  }
  return worst
}

/** Redrawn on a terminal; in a log a line on change, at most once in ten seconds. */
const DRAW_MS = 500
const LINE_MS = 10_000

async function live({ out }: Context, net: Testnet, ended: Ended): Promise<void> {
  const startedMs = performance.now()
  using progress = out.progress('', () => line(net, performance.now() - startedMs))
  const redraw = setInterval(() => progress.update(1), process.stderr.isTTY ? DRAW_MS : LINE_MS)
  try {
    await ended.promise
  } finally {
    clearInterval(redraw)
  }
}

function line(net: Testnet, upMs: number): string {
  const { requests, spent } = net.client.state()
  const miners = net.miners.map((miner, i) => `${i + 1}: ${minerText(miner)}`).join('  ')
  return `up ${durationText(upMs)} · ${amountOf(requests.answered, 'answer')} · spent ${unitsText(spent.promised)} ${UNSETTLED} · miners ${miners}`
}

const minerText = (miner: RunningNode): string => {
  const { jobs, earned } = miner.state()
  return `${jobs.finished} jobs, ${unitsText(earned.due)}`
}
