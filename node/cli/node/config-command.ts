import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Config, ConfigRow } from '../../config/load-config.ts'
import type { SettingKey } from '../../config/settings.ts'
import { argument, type Command, type CommandContext, defineCommand, defineSubcommand } from '../frame/command.ts'
import type { Output } from '../frame/output.ts'
import { table } from '../screen/table.ts'
import { apiKeyCommand } from './api-key-command.ts'

const settingNames = async (): Promise<readonly string[]> => (await import('../../config/settings.ts')).settingKeys

const setting = argument('the name of a setting, as aitbc config lists it', { offers: settingNames })

const LIST_ABOUT = `Each setting comes from the strongest of: defaults, network file, system file, user file, variables, flags.

  With --json: {"settings": [{"key", "value", "origin", "about", "unit", "standard", "example", "variable", "flag"}],
  "files": {"dataFolder", "user", "system", "network"}}. Values are texts, in the form that set and flags take.`

const list = async ({ config, out }: Pick<CommandContext, 'config' | 'out'>): Promise<void> => {
  const loaded = await config()
  await out.print({ settings: loaded.rows(), files: await filesOf(loaded) }, () => settingTable(loaded, out))
}

const listCommand = defineSubcommand({
  name: 'list',
  summary: 'list all settings with their values and where these come from',
  about: LIST_ABOUT,
  examples: [{ line: 'aitbc config list', about: 'the same as aitbc config' }],
  run: list,
})

const getCommand = defineSubcommand({
  name: 'get',
  summary: 'print the value of one setting',
  about: 'With --json: the row of that setting, as in aitbc config list.',
  examples: [
    { line: 'aitbc config get basePrice', about: 'only the value, for scripts' },
    { line: 'aitbc config get port --json', about: 'with its origin, its unit and what it means' },
  ],
  arguments: { setting },
  async run({ arguments: { setting: name }, config, out }) {
    const key = await knownKey(name)
    const row = (await config()).rows().find((each) => each.key === key)!
    await out.print(row, () => row.value)
  },
})

const setCommand = defineSubcommand({
  name: 'set',
  summary: 'write a setting to the file of this node',
  about: `A running node reads its settings at its next start.

  With --json: {"key", "value", "path", "overriddenBy"}; the last is null unless a stronger source has its own value.`,
  examples: [
    { line: 'aitbc config set basePrice 0.002', about: 'ask for 0.002 token units for an inference' },
    { line: 'aitbc config set roles client', about: 'rent cards, but not out' },
    { line: 'aitbc config set engineMemoryMax "8 GiB"', about: 'a value with a space' },
  ],
  arguments: { setting, value: argument('its new value; commas separate several') },
  run: ({ arguments: { setting: name, value }, ...context }) => change(context, name, value),
})

const unsetCommand = defineSubcommand({
  name: 'unset',
  summary: 'take a setting out of the file of this node',
  about: 'It is again what it is without the file. With --json: as aitbc config set, with the value that it has now.',
  examples: [{ line: 'aitbc config unset basePrice', about: 'back to the default' }],
  arguments: { setting },
  run: ({ arguments: { setting: name }, ...context }) => change(context, name, undefined),
})

const pathCommand = defineSubcommand({
  name: 'path',
  summary: 'print where the file of this node lies',
  about: 'With --json: {"dataFolder", "user", "system", "network"}, all paths. A file need not exist.',
  examples: [{ line: '$EDITOR "$(aitbc config path)"', about: 'edit it by hand' }],
  async run({ config, dataFolder, json, out }) {
    if (json) return out.print(await filesOf(await config()), () => '')
    // Printed also while the file is wrong: one has to find it to correct it.
    const { userConfigPath } = await import('../../config/system-paths.ts')
    const path = userConfigPath(await dataFolder())
    await out.print(path, () => path)
  },
})

export const configCommand: Command = defineCommand({
  name: 'config',
  group: 'use',
  summary: 'show and change the settings of this node',
  about: LIST_ABOUT,
  examples: [
    { line: 'aitbc config', about: 'all settings and where each value comes from' },
    { line: 'aitbc config set basePrice 0.002', about: 'change one, in the file of this node' },
    { line: 'aitbc config get port', about: 'print one' },
  ],
  commands: [listCommand, getCommand, setCommand, unsetCommand, pathCommand, apiKeyCommand],
  run: list,
})

/** Writes the file, then says what the setting is now: another source may be stronger. */
async function change(
  { config, dataFolder, out }: Pick<CommandContext, 'config' | 'dataFolder' | 'out'>,
  name: string,
  value: string | undefined,
): Promise<void> {
  const { changeUserSetting } = await import('../../config/change-config.ts')
  const { userConfigPath } = await import('../../config/system-paths.ts')
  const key = await knownKey(name)
  const path = userConfigPath(await dataFolder())
  changeUserSetting(path, key, value)
  const now = await rowAfter(config, key, out)
  const overriddenBy =
    now !== undefined && value !== undefined && now.origin.kind !== 'user' ? now.row.origin : undefined
  const shown = now?.row.value ?? value
  await out.print({ key, value: shown, path, overriddenBy }, () => `${key} is ${shown ?? 'unset'}`)
  if (overriddenBy !== undefined) out.warn(`The file has ${value}, but ${overriddenBy} is stronger.`)
}

interface RowNow {
  readonly row: ConfigRow
  readonly origin: ReturnType<Config['origin']>
}

async function rowAfter(config: CommandContext['config'], key: SettingKey, out: Output): Promise<RowNow | undefined> {
  try {
    const loaded = await config()
    return { row: loaded.rows().find((each) => each.key === key)!, origin: loaded.origin(key) }
  } catch (error) {
    if (!(error instanceof MeshError)) throw error
    // The change is made; that something else is wrong is worth a word and no failure.
    out.warn(`Another setting is still wrong: ${error.message}. ${error.hint}`)
    return undefined
  }
}

/** @throws MeshError CONFIG_KEY_UNKNOWN */
async function knownKey(name: string): Promise<SettingKey> {
  const { isSettingKey, settingKeys } = await import('../../config/settings.ts')
  if (isSettingKey(name)) return name
  const { nearestName } = await import('../../config/nearest-name.ts')
  const near = nearestName(name, settingKeys)
  throw new MeshError('CONFIG_KEY_UNKNOWN', {
    key: name,
    origin: 'the command line',
    nearest: near === undefined ? 'See aitbc config for all settings.' : `Did you mean ${near}?`,
  })
}

async function filesOf({ settings, networkPath }: Config): Promise<object> {
  const { systemConfigPath, thisSystem, userConfigPath } = await import('../../config/system-paths.ts')
  const { dataFolder } = settings
  return {
    dataFolder,
    user: userConfigPath(dataFolder),
    system: systemConfigPath(thisSystem()),
    network: networkPath,
  }
}

function settingTable(config: Config, { style, width }: Output): string {
  const isOwn = ({ key }: ConfigRow): boolean => config.origin(key).kind !== 'default'
  return table(
    config.rows(),
    [
      { title: 'SETTING', cell: ({ key }) => key },
      {
        title: 'VALUE',
        cell: ({ value, unit }) =>
          value === '' ? 'none' : unit === undefined || unit === 'bytes' ? value : `${value} ${unit}`,
        style: (text, row) => (isOwn(row) ? style.bold(text) : text),
        mayCut: true,
      },
      { title: 'FROM', cell: ({ origin }) => origin, style: style.dim, mayCut: true },
    ],
    { width, styleTitle: style.dim },
  )
}
