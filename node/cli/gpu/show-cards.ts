/** `aitbc gpu`: asks the running node for its cards, or, where none runs, the machine itself. */
import { setTimeout as wait } from 'node:timers/promises'
import { EXIT } from '../../../protocols/kernel/error-projections.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { allBackends } from '../../gpu/all-backends.ts'
import { type CardsReport, cardsReport } from '../../gpu/cards-report.ts'
import { lookOnce } from '../../gpu/look-once.ts'
import { SystemMachine } from '../../gpu/system-machine.ts'
import { newestMeasured } from '../../market/measured-of.ts'
import { systemClock } from '../../roles/system-clock.ts'
import type { CommandContext, Outcome } from '../frame/command.ts'
import { reachNode } from '../node/node-access.ts'
import { whyText } from './assessment-text.ts'
import { cardsLine, cardsText } from './cards-text.ts'

/** How often a view that lasts is read anew: a tool that is asked more often keeps the card awake. */
const WATCH_MS = 2_000

interface CardOptions {
  readonly watch: boolean
  readonly why: boolean
}

interface Source extends AsyncDisposable {
  read(): Promise<CardsReport>
}

export async function showCards(context: CommandContext<unknown, CardOptions>): Promise<Outcome> {
  const { out, options, signal } = context
  await using source = await sourceOf(context)
  const text = (report: CardsReport): string =>
    options.why
      ? whyText(report, { width: out.width, styleTitle: out.style.dim })
      : cardsText(report, { nowMs: Date.now(), width: out.width, styleTitle: out.style.dim })
  let report = await source.read()
  if (!options.watch) {
    await out.print(report, () => text(report))
    return
  }
  // Frames on a terminal; elsewhere, and as JSON, one result after the other.
  using view =
    out.animates && !out.json
      ? out.live(
          () => text(report).split('\n'),
          () => cardsLine(report.cards),
        )
      : undefined
  while (!signal.aborted) {
    if (view === undefined) await out.print(report, () => text(report))
    try {
      await wait(WATCH_MS, undefined, { signal })
      report = await source.read()
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
  return EXIT.done
}

async function sourceOf(context: CommandContext<unknown, CardOptions>): Promise<Source> {
  try {
    const node = await reachNode(context)
    return {
      read: () => node.call<CardsReport>('gpu'),
      [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
    }
  } catch (error) {
    if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
  }
  return ofThisMachine(context)
}

async function ofThisMachine({ out, signal, dataFolder }: CommandContext<unknown, CardOptions>): Promise<Source> {
  const folder = await dataFolder()
  using progress = out.progress('asking this machine for its cards')
  void progress
  const backends = allBackends(new SystemMachine(systemClock))
  const { monitor, reports } = await lookOnce(backends, systemClock, { signal })
  let isFirst = true
  return {
    async read() {
      if (!isFirst) await monitor.readNow(signal)
      isFirst = false
      return cardsReport('machine', monitor.cards(), reports, newestMeasured(folder, Date.now()))
    },
    [Symbol.asyncDispose]: () => monitor[Symbol.asyncDispose](),
  }
}
