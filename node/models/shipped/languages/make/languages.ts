/** The languages the model tells apart, and what each source calls them. */

export interface Language {
  /** BCP 47. */
  readonly code: string
  /** As Unicode's CLDR names it in English. */
  readonly name: string
  /** Locales of the web engine's message files. */
  readonly chromium: readonly string[]
  /** Locales of the Android resources. */
  readonly android: readonly string[]
  /** Names of the CLDR's annotation files. */
  readonly cldr: readonly string[]
}

const language = (code: string, name: string, names: Partial<Language> = {}): Language => ({
  code,
  name,
  chromium: [code],
  android: [code],
  cldr: [code],
  ...names,
})

/** Index = the model's output column. Those in which all sources have more than names and single words. */
export const languages: readonly Language[] = [
  language('am', 'Amharic'),
  language('ar', 'Arabic'),
  language('bg', 'Bulgarian'),
  language('bn', 'Bangla'),
  language('ca', 'Catalan'),
  language('cs', 'Czech'),
  language('da', 'Danish'),
  language('de', 'German'),
  language('el', 'Greek'),
  language('en', 'English', { chromium: ['en-US'], android: ['en-GB'] }),
  language('es', 'Spanish', { chromium: ['es', 'es-419'], android: ['es', 'es-US'] }),
  language('et', 'Estonian'),
  language('fa', 'Persian'),
  language('fi', 'Finnish'),
  language('fil', 'Filipino', { android: ['tl', 'fil'] }),
  language('fr', 'French', { android: ['fr', 'fr-CA'] }),
  language('gu', 'Gujarati'),
  language('he', 'Hebrew', { android: ['iw'] }),
  language('hi', 'Hindi'),
  language('hr', 'Croatian'),
  language('hu', 'Hungarian'),
  language('id', 'Indonesian', { android: ['in'] }),
  language('it', 'Italian'),
  language('ja', 'Japanese'),
  language('kn', 'Kannada'),
  language('ko', 'Korean'),
  language('lt', 'Lithuanian'),
  language('lv', 'Latvian'),
  language('ml', 'Malayalam'),
  language('mr', 'Marathi'),
  language('ms', 'Malay'),
  language('nb', 'Norwegian Bokmål', { cldr: ['no'] }),
  language('nl', 'Dutch'),
  language('pl', 'Polish'),
  language('pt', 'Portuguese', { chromium: ['pt-BR', 'pt-PT'], android: ['pt', 'pt-PT'], cldr: ['pt', 'pt_PT'] }),
  language('ro', 'Romanian'),
  language('ru', 'Russian'),
  language('sk', 'Slovak'),
  language('sl', 'Slovenian'),
  language('sr', 'Serbian'),
  language('sv', 'Swedish'),
  language('sw', 'Swahili'),
  language('ta', 'Tamil'),
  language('te', 'Telugu'),
  language('th', 'Thai'),
  language('tr', 'Turkish'),
  language('uk', 'Ukrainian'),
  language('vi', 'Vietnamese'),
  language('zh', 'Chinese', {
    chromium: ['zh-CN', 'zh-TW'],
    android: ['zh-CN', 'zh-TW', 'zh-HK'],
    cldr: ['zh', 'zh_Hant'],
  }),
]

/** What the model's column answers: `German (de)`. */
export const labelOf = ({ name, code }: Language): string => `${name} (${code})`
