/** `aitbc up`: the local network, its two jobs, and how it stands until Ctrl-C. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandContext } from '../../node/cli/frame/command.ts'
import { runAndShow } from '../../node/cli/jobs/run-job.ts'
import { Ended } from '../../node/cli/node/ended.ts'
import { gatewayText } from '../../node/cli/node/gateway-text.ts'
import { startLogWriter } from '../../node/cli/node/log-writer.ts'
import { durationText } from '../../node/cli/screen/durations.ts'
import type { Settings } from '../../node/config/settings.ts'
import { nodeMethods } from '../../node/control/methods/node-methods.ts'
import { serveControl } from '../../node/control/serve-control.ts'
import type { SimulatedCard } from '../../node/gpu/simulated/simulated-card.ts'
import { shippedModels } from '../../node/models/shipped/index.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { requireFree } from '../../node/storage/data-folder.ts'
import { drawFrom } from '../../protocols/kernel/draw.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { createTestnet, type Testnet } from './create-testnet.ts'
import { gatewayPort } from './gateway-port.ts'
import { HEAT_TIME_SCALE, heatCards, tellHeat } from './heat-story.ts'
import { longModel } from './long-model.ts'
import { LOCAL_AUDITS, tellMarket } from './market-story.ts'
import { booksJson, booksText, networkBooks } from './network-books.ts'
import { networkLine, networkView, totalsText } from './network-view.ts'
import { publishAndCheck, publishedText } from './published-view.ts'

interface UpOptions {
  readonly once: boolean
  readonly heat: boolean
  readonly port: number | undefined
}

type Context = CommandContext<unknown, UpOptions>

/** Three people with one model, the other, and both, each at its own price, from which it moves with demand while the network stays up. */
const MINERS = [
  { name: 'miner 1', models: ['characters'], basePrice: '0.001' },
  { name: 'miner 2', models: ['characters', 'languages'], basePrice: '0.0015' },
  { name: 'miner 3', models: ['characters', 'languages'], basePrice: '0.002' },
] as const

/** Where gas costs nothing and somebody watches, vouchers need not wait for a day. */
const REDEMPTION = { redeemAt: '0.1', redeemAfterSeconds: 10, redeemMin: '0' } as const

const TEXT = 'Wer zuletzt lacht, lacht am besten, sagte meine Großmutter immer.'

export async function runLocalNetwork(context: Context): Promise<number> {
  const { options, out, signal } = context
  const { settings } = await context.config()
  // The client's folder is the last that is taken: a node that uses it is better found now than after all others are up.
  requireFree(settings.dataFolder)
  using ended = new Ended(signal)
  {
    const cards = options.heat ? heatCards(MINERS.length) : undefined
    await using net = await start(context, settings, cards)
    await using control = await serveControl(
      settings.dataFolder,
      nodeMethods(net.client, () => ended.now()),
    )
    void control
    const settlement = net.settlement!
    const before = await networkBooks(net, settlement)
    let worst = await runBoth(context)
    const story = cards === undefined ? tellMarket(context, net) : tellHeat(context, net, cards)
    worst = Math.max(worst, await story)
    await redeemAll(context, net)
    const after = await networkBooks(net, settlement)
    const published = await publishAndCheck(net, signal)
    await out.print({ books: booksJson(before, after), published: published ?? null }, () =>
      [booksText(before, after), ...(published === undefined ? [] : [publishedText(published)])].join('\n\n'),
    )
    if (options.once) return worst
    await stayUp(context, net, ended)
  }
  out.say('The network is down.')
  return EXIT.done
}

async function start(
  { options, out, signal }: Context,
  settings: Settings,
  cards: readonly SimulatedCard[] | undefined,
): Promise<Testnet> {
  out.say('Starting a network of five nodes and a chain on this machine')
  let isUp = false
  let step: { readonly what: string; readonly startedMs: number } | undefined
  // Elsewhere the steps tell enough, one by one.
  using progress = out.animates ? out.progress('starting') : undefined
  const next = (what: string | undefined): void => {
    const nowMs = performance.now()
    if (step !== undefined) out.say(`  ${step.what.padEnd(STEP_WIDTH)}  ${durationText(nowMs - step.startedMs)}`)
    step = what === undefined ? undefined : { what, startedMs: nowMs }
    if (what !== undefined) progress?.relabel(`starting ${what}`)
  }
  const folder = join(settings.dataFolder, 'local')
  const longPath = join(folder, 'long.onnx')
  if (cards !== undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(longPath, longModel())
  }
  // The stories tell what the log would, which is in the data folders all the same.
  const logLevel = settings.logLevel === 'info' ? 'error' : settings.logLevel
  // One thread each: three miners share this machine, and none of them has it alone.
  const net = await createTestnet(MINERS.length, {
    folder,
    clientFolder: settings.dataFolder,
    miners: MINERS.map(({ models, ...miner }) => ({
      ...miner,
      models: cards === undefined ? models : [...models, longPath],
      ...REDEMPTION,
      // The two jobs of a short run cost what they say here, however long a slow machine takes to start.
      ...(options.once || cards !== undefined ? {} : { priceStrategy: 'demand' }),
      sla: 'on',
      engineThreads: 1,
    })),
    ...(cards === undefined ? {} : { cards: { each: cards, timeScale: HEAT_TIME_SCALE } }),
    client: async () => ({
      name: 'aitbc up',
      publishScores: 'on',
      ...(cards === undefined ? LOCAL_AUDITS : {}),
      ...(options.once ? {} : { gateway: await gatewayPort() }),
    }),
    keepLog: true,
    settles: true,
    draw: drawFrom(systemRandom),
    log: startLogWriter({ ...settings, logLevel }, out, () => isUp),
    signal,
    onStep: next,
    ...(options.port === undefined ? {} : { bootstrapPort: options.port }),
  })
  isUp = true
  next(undefined)
  out.say('')
  return net
}

/** A transaction and two blocks on top of it take some seconds. */
const PAID_MS_MAX = 20_000
/** Of the longest step. */
const STEP_WIDTH = 'stakes and escrow'.length

/** What a miner does by itself now and then; here at once, so that the end of the story can be seen. */
async function redeemAll({ out, signal }: Context, net: Testnet): Promise<void> {
  using progress = out.progress('the miners take their vouchers to the chain')
  void progress
  await Promise.all(net.miners.map(({ miner }) => miner?.redemption?.redeemAll(PAID_MS_MAX, signal)))
}

/** The same way as anybody's `aitbc run`: over the control channel to the client. */
async function runBoth(context: Context): Promise<number> {
  const characters = shippedModels().find(({ name }) => name === 'characters')!
  const jobs = [
    // Before the two other miners, which have stake too.
    { model: 'characters', input: join(characters.folder, 'samples', 'letter-A.png'), sla: true },
    { model: 'languages', input: TEXT, sla: false },
  ]
  let worst: number = EXIT.done
  for (const { model, input, sla } of jobs) {
    context.out.say(`$ aitbc run ${model} --input "${input}"${sla ? ' --sla' : ''}`)
    const options = {
      input: [input],
      output: undefined,
      force: false,
      priceMax: undefined,
      latencyMax: undefined,
      policy: undefined,
      hedge: false,
      deadline: undefined,
      cloud: undefined,
      sensitive: false,
      sla,
      trace: false,
      traceparent: undefined,
    }
    worst = Math.max(worst, await runAndShow({ ...context, arguments: { model }, options }))
    context.out.say('')
  }
  return worst
}

async function stayUp({ out }: Context, net: Testnet, ended: Ended): Promise<void> {
  out.say('The network stays up until Ctrl-C. In another terminal:')
  out.say('  aitbc run characters --input <picture>    aitbc status    aitbc jobs    aitbc escrow')
  out.say(
    `Other nodes join it with --network ${net.networkPath}, and with it aitbc escrow shows what is left on the chain.`,
  )
  out.say(`${gatewayText(net.client.gateway!.url)}\n`)
  const startedMs = performance.now()
  {
    using view = out.live(
      () => networkView(net, performance.now() - startedMs),
      () => networkLine(net),
    )
    void view
    await ended.promise
  }
  out.say(`Up for ${durationText(performance.now() - startedMs)}: ${totalsText(net)}.`)
}
