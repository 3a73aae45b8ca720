/** All flags that a command takes, in one form for parsing, help and completion. */
import type { Setting, SettingKey } from '../../config/settings.ts'
import { type Offers, optionFlag, type Subcommand } from './command.ts'

export interface ListedFlag {
  /** `--price-max`. */
  readonly flag: string
  readonly value: string | undefined
  /** What it means without its value, where that may be left out. */
  readonly bare?: string | undefined
  readonly about: string
  readonly offers: Offers | undefined
}

export const ownFlags = ({ options }: Subcommand): readonly ListedFlag[] =>
  Object.entries(options).map(([name, { value, about, offers }]) => ({
    flag: optionFlag(name),
    value,
    about: sentence(about),
    offers,
  }))

export interface SettingFlag extends ListedFlag {
  readonly key: SettingKey
}

/** Loads the table of settings, which no command needs that takes none. */
export async function settingFlags({ settings: keys }: Subcommand): Promise<readonly SettingFlag[]> {
  if (keys.length === 0) return []
  const { flagOf, settings } = await import('../../config/settings.ts')
  return keys.map((key) => {
    const { about, example, bare } = settings[key] as Setting<unknown>
    return {
      key,
      flag: flagOf(key),
      value: 'value',
      bare,
      about: `${about} For example ${example}.`,
      offers: undefined,
    }
  })
}

/** `--port <value>`, `--gateway [value]`, `--once`: as help shows it and the parser reads it. */
export function flagForm({ flag, value, bare }: Pick<ListedFlag, 'flag' | 'value' | 'bare'>): string {
  if (value === undefined) return flag
  return bare === undefined ? `${flag} <${value}>` : `${flag} [${value}]`
}

/** `Round trips.` of `round trips`. */
export const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`
