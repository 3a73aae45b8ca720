/** What the owner of a new node is asked, and what each answer writes into its settings. */
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, resolve } from 'node:path'
import { type Config, parseSetting } from '../../config/load-config.ts'
import { loadNetworkFile } from '../../config/network-file.ts'
import { isShipped } from '../../config/networks-folder.ts'
import { type SettingKey, settings as table } from '../../config/settings.ts'
import { shippedModels } from '../../models/shipped/index.ts'
import { usageError } from '../frame/usage-error.ts'
import type { Question } from '../prompts/ask-lines.ts'

export type Answers = Readonly<Partial<Record<SettingKey, string>>>

/** One setting, or what follows from it for others. */
export interface SetupQuestion extends Question {
  readonly writes: (answer: string) => Answers
}

const NONE = 'none'

/** @param config as it is without this: what stands there already is what Enter gives */
export function setupQuestions(config: Config, networksFolder: string): readonly SetupQuestion[] {
  const shown = (key: SettingKey): string => config.rows().find((row) => row.key === key)!.value
  const shipped = shippedModels().map(({ name }) => name)
  return [
    {
      text: 'What is this node called on its own screens?',
      standard: config.origin('name').kind === 'default' ? nameOfMachine() : shown('name'),
      take: (answer) => checked('name', answer),
      writes: (name) => ({ name }),
    },
    {
      text: 'Which network does it join: a name, or the path of a network file?',
      standard: shown('network'),
      take: (answer) => networkOf(answer, networksFolder),
      writes: (network) => ({ network }),
    },
    {
      text: `Which models does it serve (${shipped.join(', ')}, paths of ONNX files; ${NONE} to run jobs elsewhere only)?`,
      standard: config.settings.models.length > 0 ? shown('models') : shipped.join(','),
      take: (answer) => (answer === NONE ? NONE : modelsOf(answer, shipped)),
      writes: (models) => (models === NONE ? { roles: 'client', listen: '', models: '' } : { models }),
    },
    {
      text: 'What does one inference cost, in units of the token (none: what the market takes it to be worth)?',
      standard: shown('basePrice'),
      take: (answer) => checked('basePrice', answer),
      writes: (basePrice) => ({ basePrice }),
    },
  ]
}

export const startQuestion: Question = {
  text: 'Start it now?',
  standard: 'yes',
  take(answer) {
    if (/^y(es)?$/i.test(answer)) return 'yes'
    if (/^no?$/i.test(answer)) return 'no'
    throw usageError(`${answer} is neither yes nor no`, 'Type yes or no.')
  },
}

function checked(key: SettingKey, answer: string): string {
  parseSetting(key, { value: answer, origin: { kind: 'flag', flag: key } })
  return answer
}

/** The settings file is read from anywhere: a path is written whole. */
function networkOf(answer: string, networksFolder: string): string {
  const { path } = loadNetworkFile(answer, networksFolder, { kind: 'flag', flag: 'network' })
  return isShipped(path, networksFolder) ? basename(path, '.json') : path
}

function modelsOf(answer: string, shipped: readonly string[]): string {
  const names = parseSetting('models', { value: answer, origin: { kind: 'flag', flag: 'models' } }) as readonly string[]
  return names
    .map((name) => {
      if (shipped.includes(name)) return name
      if (existsSync(name)) return resolve(name)
      throw usageError(
        `no model that is shipped, and no file, is called ${name}`,
        `Type some of ${shipped.join(', ')}.`,
      )
    })
    .join(',')
}

/** As far as it may be a name. */
function nameOfMachine(): string {
  const name = hostname().split('.')[0] ?? ''
  return table.name.kind.schema.safeParse(name).success ? name : 'my node'
}
