/** `aitbc schedule`: the owner's hours, in the file of this node and in the node that runs. */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { cardLabel, type NumberedCard } from '../../gpu/find-card.ts'
import { argument, type Command, type CommandContext, defineCommand, defineSubcommand } from '../frame/command.ts'

export interface Hours {
  /** Each as `mon-fri 18:00-08:00`; empty: always. */
  readonly windows: readonly string[]
  /** Now is one of them; null where no node runs that could say. */
  readonly isOpen: boolean | null
  /** As `Tue 18:00`, on the clock of the machine; null where it never changes, or no node runs. */
  readonly changesAt: string | null
  /** Of the cards that have hours of their own; null where no node runs that could say which those are. */
  readonly cards: readonly (Pick<Hours, 'isOpen' | 'changesAt'> & { readonly card: NumberedCard })[] | null
}

type Context = Pick<CommandContext, 'config' | 'dataFolder' | 'signal' | 'out'>

const JSON_ABOUT =
  'With --json: {"windows", "isOpen", "changesAt", "cards": [{"card": {"number", "key", "name"}, "isOpen", "changesAt"}]}; all but the ' +
  'windows are null where no miner runs on the data folder.'

const show = async (context: Context): Promise<void> => print(context, await hoursOf(context))

const setCommand = defineSubcommand({
  name: 'set',
  summary: 'say in which hours of the week jobs are taken',
  about:
    'Days and hours by the clock of this machine, several windows with semicolons. An end that is not after the beginning is on the ' +
    'next day. A window that begins with "card", its number in aitbc gpu or a part of its name, and a colon is of that card, which ' +
    `goes by its own windows alone then. It is written to the file of this node, and a running node goes by it at once. ${JSON_ABOUT}`,
  examples: [
    { line: 'aitbc schedule set "22:00-06:00"', about: 'every night' },
    { line: 'aitbc schedule set "mon-fri 18:00-08:00; sat,sun 00:00-24:00"', about: 'when nobody works here' },
    { line: 'aitbc schedule set "22:00-06:00; card 2: 00:00-24:00"', about: 'every night, and one card always' },
  ],
  arguments: { windows: argument('the hours, for example "mon-fri 18:00-08:00"') },
  run: ({ arguments: { windows }, ...context }) => change(context, windows),
})

const clearCommand = defineSubcommand({
  name: 'clear',
  summary: 'take jobs at all hours again',
  about: `The hours are taken out of the file of this node, and a running node goes by it at once. ${JSON_ABOUT}`,
  examples: [{ line: 'aitbc schedule clear', about: 'at all hours' }],
  run: (context) => change(context, undefined),
})

export const scheduleCommand: Command = defineCommand({
  name: 'schedule',
  group: 'earn',
  summary: 'show or say in which hours of the week this miner takes jobs',
  about: `Outside of them its offer is withdrawn and new jobs are refused; jobs that run go on. ${JSON_ABOUT}`,
  examples: [
    { line: 'aitbc schedule', about: 'the hours, and whether now is one of them' },
    { line: 'aitbc schedule set "22:00-06:00"', about: 'every night' },
  ],
  commands: [setCommand, clearCommand],
  run: show,
})

/** @throws MeshError CONFIG_INVALID, DATA_FOLDER_READ_ONLY, DISK_FULL */
async function change(context: Context, windows: string | undefined): Promise<void> {
  if (windows !== undefined) await checkCards(context, windows)
  const { changeUserSetting } = await import('../../config/change-config.ts')
  const { userConfigPath } = await import('../../config/system-paths.ts')
  changeUserSetting(userConfigPath(await context.dataFolder()), 'schedule', windows)
  // Another source may be stronger than the file; the node goes by what a start would go by.
  const { settings, origin } = await context.config()
  const { kind } = origin('schedule')
  if (windows !== undefined && kind !== 'user') {
    context.out.warn(`The file has these hours, but those of a ${kind} are stronger.`)
  }
  await print(context, await hoursOf(context, settings.schedule))
}

/** Before they are written: hours of a card that nobody has would hold nothing. @throws MeshError CARD_NOT_HERE, CARD_AMBIGUOUS */
async function checkCards(context: Context, windows: string): Promise<void> {
  const { parseCardWindow } = await import('../../../protocols/rules/care/card-hours.ts')
  // Windows of another form are told of when they are written.
  const words = windows.split(';').flatMap((text) => parseCardWindow(text)?.card ?? [])
  if (words.length === 0) return
  const [{ knownCards }, { findCard }] = await Promise.all([
    import('../gpu/known-cards.ts'),
    import('../../gpu/find-card.ts'),
  ])
  const cards = await knownCards(context)
  for (const word of words) findCard(cards, word)
}

/** @param change hours that a running node goes by from now on */
async function hoursOf(context: Context, change?: readonly unknown[]): Promise<Hours> {
  const { settings } = await context.config()
  const { cardWindowText } = await import('../../../protocols/rules/care/card-hours.ts')
  const windows = settings.schedule.map(cardWindowText)
  try {
    const { reachNode } = await import('./node-access.ts')
    await using node = await reachNode(context)
    return await node.call<Hours>('schedule', change === undefined ? {} : { windows })
  } catch (error) {
    // Without a miner that runs there is only the file.
    if (!isMeshError(error, 'NODE_NOT_RUNNING') && !isMeshError(error, 'ROLE_MISSING')) throw error
    return { windows, isOpen: null, changesAt: null, cards: null }
  }
}

const print = ({ out }: Pick<Context, 'out'>, hours: Hours): Promise<void> => out.print(hours, () => hoursText(hours))

/** Exported for its test. */
export function hoursText({ windows, isOpen, changesAt, cards }: Hours): string {
  const hours = windows.length === 0 ? 'Jobs are taken at all hours.' : `Jobs are taken: ${windows.join('; ')}.`
  if (isOpen === null || windows.length === 0) return hours
  const stand = (now: Pick<Hours, 'isOpen' | 'changesAt'>): string =>
    `${now.isOpen ? 'are' : 'are NOT'}${now.changesAt === null ? '' : ` until ${now.changesAt}`}`
  const ofCards = (cards ?? []).map((each) => `${stand(each)} on ${cardLabel(each.card)}`)
  // Of a card with hours of its own the others' say nothing.
  const ofOthers = `${stand({ isOpen, changesAt })}${ofCards.length === 0 ? '' : ' on all others'}`
  return `${hours} Now they ${[...ofCards, ofOthers].join(', and ')}.`
}
