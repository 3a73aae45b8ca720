/** The configuration of one node: defaults < network file < system file < user file < environment < flags. */
import { describeOrigin, firstIssue, invalidSetting, type Origin, unknownKey } from './config-errors.ts'
import { readSettingsFile } from './json-file.ts'
import { bootstrapAddresses, loadNetworkFile, type NetworkFile } from './network-file.ts'
import {
  flagOf,
  isSettingKey,
  type Setting,
  type SettingKey,
  type Settings,
  settingKeys,
  settings,
  variableOf,
} from './settings.ts'
import { type SystemFacts, systemConfigPath, thisSystem, userConfigPath } from './system-paths.ts'

export interface ConfigSources {
  /** Given on the command line, by setting; a key that is absent or undefined was not given. */
  readonly flags?: Readonly<Record<string, unknown>>
  /** Where the shipped network files lie. */
  readonly networksFolder: string
  readonly system?: SystemFacts
  /** Instead of the system's own place. */
  readonly systemFile?: string
}

export interface ConfigRow {
  readonly key: SettingKey
  readonly value: string
  readonly origin: string
  readonly about: string
  readonly unit: string | undefined
  readonly standard: string
  readonly example: string
  readonly variable: string
  readonly flag: string
}

export interface Config {
  readonly settings: Settings
  readonly network: NetworkFile
  readonly networkPath: string
  origin(key: SettingKey): Origin
  /** For `aitbc config`: every setting, in the order of their table. */
  rows(): readonly ConfigRow[]
}

interface Given {
  readonly value: unknown
  readonly origin: Origin
}
/** What one source says, by setting. */
type Layer = ReadonlyMap<SettingKey, Given>

/**
 * @throws MeshError CONFIG_FILE, CONFIG_INVALID, CONFIG_KEY_UNKNOWN
 * @example loadConfig({ networksFolder, flags: { priceMax: '0.02' } }).settings.priceMax === 20_000n
 */
export function loadConfig(sources: ConfigSources): Config {
  const system = sources.system ?? thisSystem()
  const { systemFile, environment, flags, dataFolder } = outerLayers(sources, system)
  const userFile = fileLayer('user', userConfigPath(dataFolder), ['dataFolder'])
  const own = [systemFile, userFile, environment, flags]
  const named = resolveSetting('network', own, system)
  const { path, network } = loadNetworkFile(named.value as string, sources.networksFolder, named.origin)
  const layers = [networkLayer(network, path), ...own]

  const resolved = new Map(settingKeys.map((key) => [key, resolveSetting(key, layers, system)]))
  const values = Object.fromEntries([...resolved].map(([key, { value }]) => [key, value])) as unknown as Settings
  return {
    settings: values,
    network,
    networkPath: path,
    origin: (key) => resolved.get(key)!.origin,
    rows: () => settingKeys.map((key) => rowOf(key, resolved.get(key)!, system)),
  }
}

/** Where the node's data lies; found also while the user's file in it is wrong. @throws MeshError CONFIG_INVALID, CONFIG_KEY_UNKNOWN */
export function dataFolderOf(sources: ConfigSources): string {
  return outerLayers(sources, sources.system ?? thisSystem()).dataFolder
}

/** All sources but the user's file, which lies in the data folder and so cannot say where that is. */
function outerLayers(
  sources: ConfigSources,
  system: SystemFacts,
): { readonly systemFile: Layer; readonly environment: Layer; readonly flags: Layer; readonly dataFolder: string } {
  const flags = flagLayer(sources.flags ?? {})
  const environment = environmentLayer(system.env)
  const systemFile = fileLayer('system', sources.systemFile ?? systemConfigPath(system))
  const dataFolder = resolveSetting('dataFolder', [systemFile, environment, flags], system).value as string
  return { systemFile, environment, flags, dataFolder }
}

/** Checked and typed; every layer is, also one that another overrides: a mistake should not wait for its day. */
function resolveSetting(key: SettingKey, layers: readonly Layer[], system: SystemFacts): Given {
  const setting = settings[key] as Setting<unknown>
  let found: Given = { value: setting.standard(system), origin: { kind: 'default' } }
  for (const layer of layers) {
    const given = layer.get(key)
    if (given !== undefined) found = { value: parseSetting(key, given), origin: given.origin }
  }
  return found
}

/** @throws MeshError CONFIG_INVALID */
export function parseSetting(key: SettingKey, { value, origin }: Given): unknown {
  const parsed = settings[key].kind.schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { mayBeSecret } = settings[key] as Setting<unknown>
  throw invalidSetting(key, mayBeSecret ? 'a value that is not shown' : value, origin, firstIssue(parsed.error).why)
}

function flagLayer(flags: Readonly<Record<string, unknown>>): Layer {
  const layer = new Map<SettingKey, Given>()
  for (const [key, value] of Object.entries(flags)) {
    if (value === undefined) continue
    if (!isSettingKey(key)) throw unknownKey(`--${key}`, { kind: 'flag', flag: `--${key}` }, settingKeys, asFlag)
    layer.set(key, { value, origin: { kind: 'flag', flag: flagOf(key) } })
  }
  return layer
}

const PREFIX = 'AITBC_'

function environmentLayer(env: SystemFacts['env']): Layer {
  const keys = new Map(settingKeys.map((key) => [variableOf(key), key]))
  const layer = new Map<SettingKey, Given>()
  for (const key of settingKeys) {
    const variable = (settings[key] as Setting<unknown>).otherVariable
    const value = variable === undefined ? undefined : env[variable]
    if (variable !== undefined && value) layer.set(key, { value, origin: { kind: 'environment', variable } })
  }
  for (const [variable, value] of Object.entries(env)) {
    // An empty variable is how shells and containers unset one.
    if (!variable.startsWith(PREFIX) || value === undefined || value === '') continue
    const key = keys.get(variable)
    if (key === undefined) throw unknownKey(variable, { kind: 'environment', variable }, [...keys.keys()])
    layer.set(key, { value, origin: { kind: 'environment', variable } })
  }
  return layer
}

function fileLayer(kind: 'system' | 'user', path: string, elsewhere: readonly SettingKey[] = []): Layer {
  const origin: Origin = { kind, path }
  const found = readSettingsFile(path, origin)
  if (found === undefined) return new Map()
  const layer = settingsLayer(found, origin, settingKeys)
  for (const key of elsewhere) {
    const given = layer.get(key)
    if (given !== undefined) {
      throw invalidSetting(key, given.value, origin, `this file lies in it: use ${flagOf(key)} or ${variableOf(key)}`)
    }
  }
  return layer
}

function networkLayer(network: NetworkFile, path: string): Layer {
  const origin: Origin = { kind: 'network', path }
  const allowed = settingKeys.filter((key) => (settings[key] as Setting<unknown>).byNetwork === true)
  const layer = settingsLayer(network.settings, origin, allowed)
  const doors = bootstrapAddresses(network)
  return doors.length === 0 ? layer : new Map([['bootstrap' as const, { value: doors, origin }], ...layer])
}

function settingsLayer(
  values: Readonly<Record<string, unknown>>,
  origin: Origin,
  allowed: readonly SettingKey[],
): Map<SettingKey, Given> {
  const layer = new Map<SettingKey, Given>()
  for (const [key, value] of Object.entries(values)) {
    if (!isSettingKey(key) || !allowed.includes(key)) throw unknownKey(key, origin, allowed)
    layer.set(key, { value, origin })
  }
  return layer
}

const asFlag = (key: string): string => (isSettingKey(key) ? flagOf(key) : key)

function rowOf(key: SettingKey, { value, origin }: Given, system: SystemFacts): ConfigRow {
  const { kind, standard, about, unit, example } = settings[key] as Setting<unknown>
  return {
    key,
    value: kind.show(value),
    origin: describeOrigin(origin),
    about,
    unit,
    standard: kind.show(standard(system)),
    example,
    variable: variableOf(key),
    flag: flagOf(key),
  }
}
