/** `aitbc config api-key`: the keys that programs show to the gateway, and what each may spend in a day. */
import type { Credits } from '../../../protocols/kernel/money.ts'
import {
  type CommandContext,
  defineSubcommand,
  flag,
  option,
  optionalArgument,
  type Subcommand,
} from '../frame/command.ts'
import type { Output } from '../frame/output.ts'
import { usageError } from '../frame/usage-error.ts'
import { parseUnits } from '../jobs/price-option.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { table } from '../screen/table.ts'

interface Options {
  readonly new: string | undefined
  readonly revoke: string | undefined
  readonly list: boolean
  readonly budgetPerDay: Credits | undefined
}

type Context = CommandContext<{ readonly name: string | undefined }, Options>

export const apiKeyCommand: Subcommand = defineSubcommand({
  name: 'api-key',
  summary: 'print, make and end the keys that programs show to the gateway of this node',
  about:
    'Whoever has a key may spend its budget of each day (UTC). The key called main is made when a gateway first starts, and its ' +
    'budget is the setting gatewayBudget; others have their own. A running gateway knows of a change within a second. Keys lie in ' +
    'the data folder, readable for this user alone.\n\n' +
    '  With --json: {"name", "key", "budgetPerDay", "path"}; with --list {"day", "keys": [{"name", "budgetPerDay", "spentAtMost", ' +
    '"path"}]}, amounts as decimal text in credits; with --revoke {"name", "path"}. While a node runs, spentAtMost may be up to a ' +
    'sixteenth of the budget and what its running jobs may cost above what aitbc status shows.',
  examples: [
    {
      line: 'curl -H "Authorization: Bearer $(aitbc config api-key)" http://127.0.0.1:8011/v2/models/characters',
      about: 'ask the gateway what a model takes and gives',
    },
    { line: 'aitbc config api-key --new notebook --budget-per-day 0.5', about: 'one more, and what it may spend' },
    { line: 'aitbc config api-key notebook --budget-per-day 2', about: 'another budget for it' },
    { line: 'aitbc config api-key --list', about: 'all of them, without the keys themselves' },
    { line: 'aitbc config api-key --revoke notebook', about: 'from now on it is refused' },
  ],
  arguments: { name: optionalArgument('which one to print; main where absent') },
  options: {
    new: option({ value: 'name', about: 'Make one with this name: up to 32 of a-z, 0-9 and -.' }),
    budgetPerDay: option({ value: 'amount', about: 'What it may spend in a day, in token units.', parse: parseUnits }),
    list: flag('Show all keys with their budgets, but not the keys themselves.'),
    revoke: option({ value: 'name', about: 'End the key with this name.' }),
  },
  run: runApiKey,
})

async function runApiKey(context: Context): Promise<void> {
  const { arguments: words, options, out } = context
  const { new: added, revoke: revoked, list, budgetPerDay } = options
  const asked = [words.name, added, revoked, list ? 'list' : undefined].filter((word) => word !== undefined)
  if (asked.length > 1) throw usageError('one thing at a time', 'Give a name, --new, --list or --revoke.')
  if (list || revoked !== undefined) {
    if (budgetPerDay !== undefined)
      throw usageError('--budget-per-day is for one key', 'Name it, or make it with --new.')
    return list ? listKeys(context) : revoke(context, await ownName(revoked!))
  }
  const shown = await (added === undefined
    ? keyOf(context, words.name, budgetPerDay)
    : make(context, await ownName(added), budgetPerDay))
  await out.print(shown, () => shown.key)
}

interface ShownKey {
  readonly name: string
  readonly key: string
  readonly budgetPerDay: string
  readonly path: string
}

async function keyOf(context: Context, given: string | undefined, budget: Credits | undefined): Promise<ShownKey> {
  const { MAIN_KEY } = await import('../../gateway/day-budgets.ts')
  const folder = await context.dataFolder()
  if (given !== undefined && given !== MAIN_KEY) {
    const { changeBudget, readNamedKey } = await import('../../gateway/named-keys.ts')
    const name = await ownName(given)
    return shownOf(budget === undefined ? readNamedKey(folder, name) : changeBudget(folder, name, budget))
  }
  if (budget !== undefined) {
    throw usageError('the budget of main is a setting', 'Set it: aitbc config set gatewayBudget <amount>.')
  }
  const { apiKeyPath, readApiKey } = await import('../../gateway/api-key.ts')
  const path = apiKeyPath(folder)
  return shownOf({ name: MAIN_KEY, key: readApiKey(path), budget: await mainBudget(context), path })
}

async function make(context: Context, name: string, budget: Credits | undefined): Promise<ShownKey> {
  const { makeNamedKey } = await import('../../gateway/named-keys.ts')
  const { systemRandom } = await import('../../network-node/system-random.ts')
  const folder = await context.dataFolder()
  return shownOf(makeNamedKey(folder, name, budget ?? (await mainBudget(context)), systemRandom))
}

async function revoke({ dataFolder, out }: Context, name: string): Promise<void> {
  const { namedKeyPath, revokeKey } = await import('../../gateway/named-keys.ts')
  const folder = await dataFolder()
  revokeKey(folder, name)
  await out.print({ name, path: namedKeyPath(folder, name) }, () => `${name} is no key any more`)
}

async function listKeys(context: Context): Promise<void> {
  const { existsSync } = await import('node:fs')
  const { apiKeyPath } = await import('../../gateway/api-key.ts')
  const { MAIN_KEY } = await import('../../gateway/day-budgets.ts')
  const { keyNames, readNamedKey } = await import('../../gateway/named-keys.ts')
  const { dayBeginsMs, dayOf, SpentFile } = await import('../../gateway/spent-file.ts')
  const { folderFiles } = await import('../../storage/data-folder.ts')
  const { join } = await import('node:path')
  const folder = await context.dataFolder()
  const main = { name: MAIN_KEY, budget: await mainBudget(context), path: apiKeyPath(folder) }
  const all = [...(existsSync(main.path) ? [main] : []), ...keyNames(folder).map((name) => readNamedKey(folder, name))]
  const spent = new SpentFile(join(folder, folderFiles.spent)).read()
  const day = Math.max(dayOf(Date.now()), spent?.day ?? 0)
  const keys = all.map(({ name, budget, path }) => {
    const mark = spent?.day === day ? (spent.marks.get(name) ?? 0n) : 0n
    return { name, budgetPerDay: budget, spentAtMost: mark, path }
  })
  const date = new Date(dayBeginsMs(day)).toISOString().slice(0, 10)
  await context.out.print({ day: date, keys: keys.map(inText) }, () => keyTable(keys, date, context.out))
}

interface ListedKey {
  readonly name: string
  readonly budgetPerDay: bigint
  readonly spentAtMost: bigint
  readonly path: string
}

const inText = ({ budgetPerDay, spentAtMost, ...key }: ListedKey): object => ({
  ...key,
  budgetPerDay: String(budgetPerDay),
  spentAtMost: String(spentAtMost),
})

function keyTable(keys: readonly ListedKey[], date: string, { style, width }: Output): string {
  if (keys.length === 0) return 'There is no key yet: the first is made when a gateway starts (aitbc start --gateway).'
  return table(
    keys,
    [
      { title: 'KEY', cell: ({ name }) => name },
      { title: 'BUDGET A DAY', cell: ({ budgetPerDay }) => unitsText(budgetPerDay), align: 'right' },
      { title: `SPENT AT MOST ON ${date}`, cell: ({ spentAtMost }) => unitsText(spentAtMost), align: 'right' },
      { title: 'FILE', cell: ({ path }) => path, style: style.dim, mayCut: true },
    ],
    { width, styleTitle: style.dim },
  )
}

const mainBudget = async ({ config }: Context): Promise<Credits> => (await config()).settings.gatewayBudget

/** @throws MeshError COMMAND_LINE */
async function ownName(name: string): Promise<string> {
  const { MAIN_KEY, NO_KEY } = await import('../../gateway/day-budgets.ts')
  const { isKeyName } = await import('../../gateway/named-keys.ts')
  if (name === MAIN_KEY || name === NO_KEY) {
    throw usageError(
      `the name ${name} has its own meaning`,
      'Choose another name; main is made anew once its file is removed.',
    )
  }
  if (isKeyName(name)) return name
  throw usageError('this is no name of a key', 'Give up to 32 of a-z, 0-9 and -, like notebook.')
}

interface OwnKey {
  readonly name: string
  readonly key: string
  readonly budget: Credits
  readonly path: string
}

const shownOf = ({ name, key, budget, path }: OwnKey): ShownKey => ({ name, key, budgetPerDay: String(budget), path })
