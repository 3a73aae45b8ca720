/** The texts the model is made from, and those of another source that it is measured on. */
import { readFileSync } from 'node:fs'
import { fetchPackages, type PinnedPackage, readPinned } from '../../make/debian-packages.ts'
import { androidTexts } from './android-resources.ts'
import { chromiumMessages } from './chromium-messages.ts'
import { cldrAnnotations } from './cldr-annotations.ts'
import { languages } from './languages.ts'

export interface TextPackage extends PinnedPackage {
  /** Who may do what with the texts, where the package holds more than these. */
  readonly copyright: string
  readonly texts: string
  readonly use: string
}

export const textPackages: readonly TextPackage[] = JSON.parse(
  readFileSync(new URL('packages.json', import.meta.url), 'utf8'),
)

export interface Sources {
  /** Messages of a browser, names and keywords of emoji: by language code. */
  readonly learnt: ReadonlyMap<string, readonly string[]>
  /** Messages of a telephone. Nothing of this package is learnt. */
  readonly other: ReadonlyMap<string, readonly string[]>
}

const chromiumPath = (locale: string): string => `usr/share/qt6/translations/qtwebengine_locales/${locale}.pak`
const cldrPath = (locale: string): string => `usr/share/unicode/cldr/common/annotations/${locale}.xml`
const androidPath = 'usr/share/android-framework-res/framework-res.apk'

export function loadSources(): Sources {
  fetchPackages(textPackages)
  const android = androidTexts(readPinned(packageNamed('android-framework-res'), androidPath))
  const chromium = packageNamed('libqt6webengine6-data')
  const cldr = packageNamed('unicode-cldr-core')
  const byLanguage = (textsOf: (language: (typeof languages)[number]) => string[]) =>
    new Map(languages.map((language) => [language.code, textsOf(language)]))
  return {
    learnt: byLanguage((language) => [
      ...language.chromium.flatMap((locale) => chromiumMessages(readPinned(chromium, chromiumPath(locale)))),
      ...language.cldr.flatMap((locale) => cldrAnnotations(readPinned(cldr, cldrPath(locale)))),
    ]),
    other: byLanguage((language) => language.android.flatMap((locale) => android.get(locale) ?? [])),
  }
}

function packageNamed(name: string): TextPackage {
  const found = textPackages.find((entry) => entry.package === name)
  if (found === undefined) throw new Error(`packages.json does not name ${name}`)
  return found
}
